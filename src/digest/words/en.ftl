# Texts of digests in English. Keys are the same in every language; a test holds them together.
# Numbers come formatted; $count also chooses the plural form.

# dates
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
date-day = { $month } { $day }
date-day-year = { $month } { $day }, { $year }
date-short = { $month } { $day }
date-moment = { $date }, { $time }
date-with-weekday = { $weekday }, { $date }

# sections
section-rules = Rules and platforms
section-trends = Trends
section-competitors = Competitors
section-own = Our accounts
section-radar = Radar: media and unconfirmed

# kinds of news
kind-rule_change = Rule
kind-new_item = News
kind-trend = Trend
kind-first_seen = First seen
kind-spike = Mentions
kind-hit = Hit
kind-flop = Below usual
kind-outage = Outage
kind-silence = Silence
kind-storm = Posting storm
kind-deadline = Deadline
kind-source_health = Watch
class-limit = Limit
class-ban = Ban
class-permission = Allowed
class-removed = Rule removed
class-requirement = Duty
class-deprecation = Going away
class-new_feature = New feature
class-price = Price
class-privacy = Privacy
class-wording = Wording

# grave to light
severity-breaking = Urgent
severity-important = Important
severity-informational = Good to know

# card
card-changed = What changed
quote-open = “
quote-close = ”
card-was = Was
card-now = Now
card-added = Added
card-removed = Removed
card-why = Why it matters
card-action = Next step
card-sources = Sources
card-more-sources = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
card-published = published { $when }
card-detected = seen { $when }
card-effective = in force from { $when }
card-until = until { $when }
card-on = on { $when }
card-held = held over from the last digest
card-vote = What do you think?
vote-fire = much more
vote-up = more
vote-down = less
vote-mute = mute
withheld-night = held back at night
withheld-day_off = held back on a day off
withheld-budget = held back: the day's alerts were used up
withheld-topic = held back: its topic was an alert less than a day before
withheld-room = held back: graver alerts took the room
card-areas = Touches: { $areas }
confirmed-official = confirmed by the platform
confirmed-regulator = confirmed by the regulator
confirmed-watched = first-hand
confirmed-media = { $count ->
    [one] as the media say
   *[other] as { $count } media say
}
confirmed-stream = seen in the stream
not-confirmed = not confirmed
confidence = confidence { $percent }
card-update = update of what was told
card-more-places = { $count ->
    [one] and { $count } more place
   *[other] and { $count } more places
}

# areas
area-ads = ads
area-content = content
area-monetisation = monetisation
area-api = API
area-privacy = privacy
area-accounts = accounts
area-commerce = commerce
area-ai = AI
area-minors = minors
area-recommendations = recommendations
area-payments = payments
area-legal = legal

# why and what next
why-limit = A numeric limit has changed: what fitted before may not fit now, or the other way round.
why-ban = This is forbidden now.
why-permission = This is allowed now.
why-removed = What this text forbade or promised is no longer written there.
why-requirement = There is a new duty.
why-deprecation = Something you may rely on goes away.
why-new_feature = There is a new possibility.
why-price = A price or payout has changed.
why-privacy = The handling of people's data has changed.
why-wording = The rule is worded differently; its scope may have moved.
why-outage = Posts and ads may not go out, and numbers may be late.
why-deadline = The date is near.
action-limit = Check templates and formats against the new value.
action-ban = Check published and planned posts.
action-permission = Decide where to use it.
action-removed = Read what is left of the page before you rely on either.
action-requirement = Name who does it, and by when.
action-deprecation = Find where you rely on it and plan the replacement.
action-new_feature = Try it on one post.
action-price = Recalculate the budget.
action-privacy = Show it to whoever answers for data protection.
action-wording = Read the new text at the source.
action-new_item = Read the original.
action-outage = Hold planned posts and warn clients until it is over.
action-trend = Decide today whether the topic fits the brand.
action-first_seen = Try it and decide whether the brand should be among the first.
action-spike = Read the first mentions and decide whether to answer.
action-hit = Take it apart: format, topic, first line, time.
action-flop = Note what to leave out.
action-silence = Find out whether they changed course or channel.
action-storm = Look at what they push.
action-deadline = Check that everything is done.

# evidence
evidence-number = { $place }: { $before } → { $after }
evidence-now = { $place }: { $after }
evidence-gone = { $place }: no longer { $before }
evidence-obligation = “{ $before }” → “{ $after }”
duty-ban = ban
duty-permission = permission
duty-requirement = requirement
evidence-baseline = { $multiple } the usual for its age: { $after } against { $before } ({ $place })
fact-count-owners = { $count ->
    [one] { $count } independent source
   *[other] { $count } independent sources
}
fact-count-items = { $count ->
    [one] { $count } item
   *[other] { $count } items
}
fact-count-unseen_days = { $count ->
    [one] not seen in { $count } day of watching
   *[other] not seen in { $count } days of watching
}
fact-count-launched = { $count ->
    [one] { $count } source says that it is launched
   *[other] { $count } sources say that it is launched
}
fact-count-sorted = { $count ->
    [one] { $count } source says what sort of thing it is
   *[other] { $count } sources say what sort of thing it is
}
fact-count-mentions = { $count ->
    [one] { $count } mention
   *[other] { $count } mentions
}
stage-emerging = Emerging: the first owners speak of it
stage-rising = Rising: more owners join than before
stage-peaking = At its peak
stage-fading = Fading: less is new than at its peak
stage-over = Over: nothing new any more
fact-baseline-none = as a rule nobody speaks of it
fact-baseline-mentions = usually { $count }
fact-baseline-owners = usually { $count } in such a span
chart-caption = { $what } per { $step } since { $since }; peak { $peak }
series-items = Items
series-views = Views
series-reactions = Reactions
series-comments = Comments
series-shares = Shares
span-minutes = { $count } min
span-hours = { $count } h
span-days = { $count } d
fact-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
fact-usual = { $how ->
    [daily] Larger than its usual day
    [monday] Larger than its usual Monday
    [tuesday] Larger than its usual Tuesday
    [wednesday] Larger than its usual Wednesday
    [thursday] Larger than its usual Thursday
    [friday] Larger than its usual Friday
    [saturday] Larger than its usual Saturday
    [sunday] Larger than its usual Sunday
    [monthly] Larger than its usual month
    [quarterly] Larger than its usual quarter
    [yearly] Larger than in other years
   *[other] Larger than usual
}: { $after } owners against at most { $before }
fact-related = Beside it: { $list }

# first lines
tldr-heading = In short
tldr-deadline = Prepare by { $date } — { $title }
tldr-rule = Check — { $title }
tldr-news = Read — { $title }
tldr-trend = Look at the trend — { $title }
tldr-first_seen = Try what is new — { $title }
tldr-spike = Read the mentions — { $title }
tldr-hit = Take apart — { $title }
tldr-flop = Note — { $title }
tldr-outage = Hold posts — { $title }
tldr-over = Go on as planned — { $title }
tldr-watch = Watch — { $title }
tldr-radar = Keep in mind — { $title }

# frame
window-first = first digest, up to { $until }
window-since = from { $since } to { $until }
left-out-heading = Left out
left-cosmetic = { $count ->
    [one] { $count } cosmetic change
   *[other] { $count } cosmetic changes
}
left-held = { $count ->
    [one] { $count } story waits for the next digest
   *[other] { $count } stories wait for the next digest
}
left-no_room = { $count ->
    [one] { $count } minor story found no room twice
   *[other] { $count } minor stories found no room twice
}
left-too_old = { $count ->
    [one] { $count } story grew old waiting
   *[other] { $count } stories grew old waiting
}
left-returned = { $count ->
    [one] { $count } return to an earlier text
   *[other] { $count } returns to an earlier text
}
left-told = { $count ->
    [one] { $count } story told before, nothing new
   *[other] { $count } stories told before, nothing new
}
left-muted = { $count ->
    [one] { $count } muted story
   *[other] { $count } muted stories
}
left-already = Told at once on { $when }: { $title } ({ $id })
left-over = { $count ->
    [one] { $count } trend is over
   *[other] { $count } trends are over
}
left-published-before-the-source-was-watched = { $count ->
    [one] { $count } old item of a new source
   *[other] { $count } old items of new sources
}
left-told-by-its-entries = { $count ->
    [one] { $count } page told by its entries
   *[other] { $count } pages told by their entries
}
left-did-not-last = { $count ->
    [one] { $count } change that did not last
   *[other] { $count } changes that did not last
}
left-changed-again-before-it-was-confirmed = { $count ->
    [one] { $count } change overtaken by another
   *[other] { $count } changes overtaken by others
}
left-waits-for-a-second-reading = { $count ->
    [one] { $count } change waits for a second reading
   *[other] { $count } changes wait for a second reading
}
left-part-of-the-page-missing-waits-for-a-second-reading = { $count ->
    [one] { $count } page that lost a part waits for a second reading
   *[other] { $count } pages that lost a part wait for a second reading
}
left-returned-told-if-it-stays = { $count ->
    [one] { $count } return to an earlier text, told if it stays
   *[other] { $count } returns to an earlier text, told if they stay
}
left-reports = { $count ->
    [one] { $count } media report of what the platform said itself
   *[other] { $count } media reports of what the platforms said themselves
}
left-open-for-less-than-15-minutes-so-far = { $count ->
    [one] { $count } incident younger than 15 minutes
   *[other] { $count } incidents younger than 15 minutes
}
left-over-within-15-minutes = { $count ->
    [one] { $count } incident over within 15 minutes
   *[other] { $count } incidents over within 15 minutes
}
left-over-before-it-was-seen = { $count ->
    [one] { $count } incident that was over before it was seen
   *[other] { $count } incidents that were over before they were seen
}
left-planned-maintenance = planned maintenance: { $count }
left-a-notice-left-standing = old notices left standing: { $count }
left-other = { $reason }: { $count }
health-heading = State of the watch
health-fine = { $count ->
    [one] { $fine } of { $count } source works
   *[other] { $fine } of { $count } sources work
}
health-polls = { $count ->
    [one] { $count } check in this window
   *[other] { $count } checks in this window
}
health-failing = { $count ->
    [one] { $count } failing
   *[other] { $count } failing
}
health-source = { $source }: { $message } ({ $count ->
    [one] { $count } failure
   *[other] { $count } failures
} in a row, last fine { $since })
health-source-never = { $source }: { $message } ({ $count ->
    [one] { $count } failure
   *[other] { $count } failures
} in a row, never fine so far)
health-more = { $count ->
    [one] and { $count } more; see tidewatch status
   *[other] and { $count } more; see tidewatch status
}
health-stale-rules = { $count ->
    [one] { $count } fact of the rulebook could not be verified: tidewatch rules --stale
   *[other] { $count } facts of the rulebook could not be verified: tidewatch rules --stale
}
health-next = Next digest: { $when }
health-zone = Times: { $zone }
shortened = { $count ->
    [one] { $count } story is cut short here; the plain text of this digest has it whole
   *[other] { $count } stories are cut short here; the plain text of this digest has them whole
}
explain-hint = tidewatch explain { $id } says why this was told
quiet = { $count ->
    [one] All quiet: { $count } source checked, 0 changes
   *[other] All quiet: { $count } sources checked, 0 changes
}
quiet-short = All quiet
quiet-instant = Nothing to tell at once

# subjects
subject-week = Week { $week }
subject-share = SoV { $share }
subject-from = from { $date }
subject-until = until { $date }
subject-on = on { $date }
count-hits = { $count ->
    [one] { $count } hit
   *[other] { $count } hits
}
count-trends = { $count ->
    [one] { $count } trend
   *[other] { $count } trends
}
count-rules = { $count ->
    [one] { $count } rule
   *[other] { $count } rules
}
count-news = { $count ->
    [one] { $count } news item
   *[other] { $count } news items
}

# cosmetic edits, by reason
edit-moved = moved
edit-spacing-and-punctuation = spacing and punctuation
edit-spelling = spelling
edit-date-of-the-page = date of the page
edit-relative-time = relative time
edit-counters = counters
edit-cookie-banner = cookie banner
edit-navigation = navigation
edit-page-title = page title
edit-cut-off-text = cut-off text
edit-announcement-of-the-past = past announcement
edit-statistics = statistics
edit-links = links
edit-units = the same in other units
edit-numbering = numbering
edit-tokens = tokens
edit-pointer = pointer
edit-small-words = small words
edit-other-language = other language
edit-page-gone-or-blocked = page gone or blocked
edit-page-is-back = page is back
edit-older-copy = older copy
edit-credit-line = credit line
edit-slight-wording = slight wording
edit-login-wall = login wall
edit-login-prompt = login prompt
edit-part-of-the-page-missing = part of the page missing
edit-told-by-itself = told by itself

# notices of the service itself
notice-down-subject = ⚠ tidewatch: channel { $name } fails
notice-up-subject = tidewatch: channel { $name } works again
notice-down = Channel { $name } has taken no message since { $since } ({ $count ->
    [one] { $count } failed attempt
   *[other] { $count } failed attempts
}).
notice-why = Why: { $why }.
notice-kept = Nothing is lost: its messages wait in the outbox and go out in order; other channels are not held up.
notice-kept-others = Its other messages wait in the outbox and go out in order; other channels are not held up.
notice-parked = { $count ->
    [one] { $count } message was set aside
   *[other] { $count } messages were set aside
}; once the cause is mended: { $command }
notice-test = To try it now: { $command }
notice-up = Channel { $name } takes messages again; it failed since { $since }. What waited goes out now, in order.
notice-others = Also failing: { $list }.

# tables of a digest that looks back
table-compared = This span and the one before
table-rules = Log of rules
table-deadlines = Dates that come
table-topics = Topics
table-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
column-what = What
column-now = Now
column-before = Before
column-change = Change
column-date = Date
column-where = Where
column-title = What
column-severity = Severity
column-id = Id
column-from = When
column-topic = Topic
column-owners = Sources
column-first = First seen
table-voice = Share of voice
column-mentions = Mentions
column-share = Share
column-detected = Seen
column-kind = Kind
column-class = Class
column-platform = Platform
column-owner = Owner
column-gist = Gist
column-published = Published
column-confidence = Confidence, %
column-address = Address
column-in-force = In force from
