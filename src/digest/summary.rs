//! The two shortest forms of a digest: its first lines and its subject.

use super::dates::Dates;
use super::headline::{cut_headline, headline, named_platform, short_headline};
use super::story::{Section, Story};
use super::wording::{cut_chars, line};
use super::words::Words;
use crate::model::{DateMeaning, FindingKind, Severity};

/// Lines at the top.
const LINES: usize = 3;
/// A headline at the end of a subject is not cut shorter than this.
const LEAST: usize = 24;
/// Longest subject, in characters.
const SUBJECT: usize = 60;

/// At most three lines, each with what to do, of the stories that weigh most. Routine posts make no
/// headline unless there is nothing else.
pub(super) fn first_lines(stories: &[Story], words: Words, dates: &Dates) -> Vec<String> {
    let weighty = stories.iter().filter(|story| is_weighty(story));
    let mut chosen: Vec<&Story> = weighty.take(LINES).collect();
    if chosen.is_empty() {
        chosen.extend(stories.first());
    }
    let lines = chosen.into_iter();
    lines.map(|story| first_line(story, words, dates)).collect()
}

fn is_weighty(story: &Story) -> bool {
    story.severity() >= Severity::Important
        || matches!(story.section(), Section::Rules | Section::Trends)
        || story.lead().kind != FindingKind::NewItem
}

fn first_line(story: &Story, words: Words, dates: &Dates) -> String {
    let (title, _) = headline(story.lead(), words);
    let ahead = story.effective().filter(|date| *date >= dates.today());
    let key = match (story.section(), story.lead().kind) {
        (Section::Radar, _) => "tldr-radar",
        (_, FindingKind::Outage) if story.is_over() => "tldr-over",
        (_, FindingKind::Outage) => "tldr-outage",
        (_, FindingKind::RuleChange | FindingKind::NewItem | FindingKind::Deadline)
            if ahead.is_some() =>
        {
            "tldr-deadline"
        }
        (_, FindingKind::RuleChange | FindingKind::Deadline) => "tldr-rule",
        (_, FindingKind::NewItem) => "tldr-news",
        (_, FindingKind::Trend) => "tldr-trend",
        (_, FindingKind::FirstSeen) => "tldr-first_seen",
        (_, FindingKind::Spike) => "tldr-spike",
        (_, FindingKind::Hit) => "tldr-hit",
        (_, FindingKind::Flop) => "tldr-flop",
        (_, FindingKind::Silence | FindingKind::Storm | FindingKind::SourceHealth) => "tldr-watch",
    };
    let date = ahead.map(|date| dates.day(date)).unwrap_or_default();
    words.say_with(key, &[("title", title.into()), ("date", date.into())])
}

/// The most important first: `SMM-радар 14.07: Директ меняет ТГО · 2 хита · 5 трендов`. The news is worth
/// more than the counts behind it, and than the date and the title, which mail programs show anyway.
pub(super) fn subject(title: &str, stories: &[Story], words: Words, dates: &Dates) -> String {
    let date = dates.short(dates.today());
    let room = SUBJECT - date.chars().count() - " : ".len();
    let title = cut_chars(&line(title), room / 2);
    let length = |text: &str| text.chars().count();
    let dated = format!("{title} {date}: ");
    let Some(lead) = stories.first() else {
        let room = SUBJECT.saturating_sub(length(&dated));
        return dated + &cut_chars(&words.say("quiet-short"), room);
    };
    let mut headline = short_headline(lead.lead(), words);
    if lead.severity() == Severity::Breaking {
        headline.insert_str(0, "⚠ ");
    }
    let mut frames = [dated, format!("{title}: "), String::new()].into_iter();
    let fits = |frame: &String| length(frame) + length(&headline) <= SUBJECT;
    let frame = frames.find(fits).unwrap_or_default();
    let mut subject = frame.clone() + &cut_headline(&headline, SUBJECT - length(&frame));
    for count in counts(&stories[1..], words) {
        let longer = format!("{subject} · {count}");
        if length(&longer) > SUBJECT {
            break;
        }
        subject = longer;
    }
    subject
}

/// Of a digest that looks back: `Неделя 28: SoV 31 % (+4), 6 правил, 9 хитов`. `share` is our own brand's.
pub(super) fn review_subject(
    share: Option<String>,
    stories: &[Story],
    words: Words,
    dates: &Dates,
) -> String {
    let week = dates.today().iso_week_date().week();
    let mut subject = words.say_with("subject-week", &[("week", week.to_string().into())]);
    let share = share.map(|share| words.say_with("subject-share", &[("share", share.into())]));
    let mut comma = ": ";
    for part in share.into_iter().chain(counts(stories, words)) {
        let longer = format!("{subject}{comma}{part}");
        if longer.chars().count() > SUBJECT {
            break;
        }
        (subject, comma) = (longer, ", ");
    }
    let lead = stories
        .first()
        .map(|story| short_headline(story.lead(), words));
    if let Some(lead) = lead {
        let gap = if comma == ": " { ": " } else { " · " };
        let room = SUBJECT.saturating_sub(subject.chars().count() + gap.chars().count());
        // a few letters of a headline say nothing
        if room >= lead.chars().count().min(LEAST) {
            subject = format!("{subject}{gap}{}", cut_headline(&lead, room));
        }
    }
    subject
}

/// An alert's: `⚠ TikTok: правила ИИ-меток с 1 августа`.
pub(super) fn alert_subject(stories: &[Story], words: Words, dates: &Dates) -> String {
    let Some(lead) = stories.first() else {
        return String::new();
    };
    let mut subject = match lead.severity() {
        Severity::Breaking => "⚠ ".to_owned(),
        _ => String::new(),
    };
    let ahead = lead.effective().filter(|date| *date >= dates.today());
    let more = match stories.len() - 1 {
        0 => String::new(),
        n => format!(" · +{n}"),
    };
    let key = match lead.meaning() {
        DateMeaning::From => "subject-from",
        DateMeaning::Until => "subject-until",
        DateMeaning::Event | DateMeaning::On => "subject-on",
    };
    let from = ahead.map_or(String::new(), |date| {
        format!(
            " · {}",
            words.say_with(key, &[("date", dates.day(date).into())])
        )
    });
    let mut headline = short_headline(lead.lead(), words);
    if let Some(platform) = named_platform(lead.lead(), &headline, words) {
        headline = format!("{platform}: {headline}");
    }
    let tail = from + &more;
    let room = SUBJECT.saturating_sub(subject.chars().count() + tail.chars().count());
    subject += &cut_headline(&headline, room);
    subject + &tail
}

/// What else is inside, by kind: `2 хита`, `5 трендов`.
fn counts(others: &[Story], words: Words) -> Vec<String> {
    let count = |wanted: &dyn Fn(&Story) -> bool| others.iter().filter(|s| wanted(s)).count();
    [
        ("count-hits", count(&|s| s.lead().kind == FindingKind::Hit)),
        (
            "count-trends",
            count(&|s| s.lead().kind == FindingKind::Trend),
        ),
        (
            "count-rules",
            count(&|s| s.lead().kind == FindingKind::RuleChange),
        ),
        (
            "count-news",
            count(&|s| s.lead().kind == FindingKind::NewItem),
        ),
    ]
    .into_iter()
    .filter(|(_, n)| *n > 0)
    .map(|(key, n)| words.say_with(key, &[("count", n.into())]))
    .collect()
}
