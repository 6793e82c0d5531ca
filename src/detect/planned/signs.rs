//! Words beside a date that say whether something will happen then, and what the date means for it.
//! English, Russian, French and German; other languages are not read.

use std::sync::LazyLock;

use regex::Regex;

/// Something begins, changes, ends or is held, said as of what is to come.
const TO_COME: &str = r"(?xi)
    \b(?: will | won't | is\s+set\s+to | are\s+set\s+to | going\s+to | scheduled | upcoming | starting | beginning
    | begins? | starts? | deadline | due | will\s+be | accept(?:s|ing)? | launch(?:es|ing) | roll(?:s|ing)\s+out | takes?\s+effect | take\s+place | takes\s+place
    | (?:comes?|goes|enters?)\s+in(?:to)?\s+force | effective | goes?\s+(?:live|away) | shut(?:s|ting)?\s+down
    | sunset(?:s|ting)? | retir(?:e|es|ing) | discontinu(?:e|es|ing) | deprecat(?:e|es|ing) | expires? | ends? | closes?
    | opens? | kicks\s+off | announces? | must | end\s+of\s+life | no\s+longer )\b
    | \b(?: вступ(?:ит|ят|ает|ают)\s+в\s+силу | начн(?:ет|ёт|ут)(?:ся)? | начинает(?:ся)? | запуст(?:ит|ят)(?:ся)?
    | запускает | заработа(?:ет|ют) | появ(?:ится|ятся) | отключ(?:ит|ат|ает|ают)(?:ся)? | прекра(?:тит|тят|щает|щают)(?:ся)?
    | закро(?:ет|ют)(?:ся)? | закрывает(?:ся)? | старту(?:ет|ют) | откро(?:ет|ют)(?:ся)? | открывает(?:ся)?
    | измен(?:ит|ят)(?:ся)? | введ(?:ет|ёт|ут)(?:ся)? | вводит(?:ся)? | буд(?:ет|ут) | перестан(?:ет|ут) | подорожа(?:ет|ют)
    | вырас(?:тет|тут) | состо(?:ится|ятся) | пройд(?:ет|ёт|ут) | выйд(?:ет|ут) | заверш(?:ит|ат)(?:ся)? | истека(?:ет|ют)
    | переста(?:ет|ёт|ют) | дедлайн | обязан[аы]? | придется | придётся | нужно | запрещен[аоы]? | запрещена | удал(?:ит|ят)
    | поменя(?:ет|ют)(?:ся)? | перейд(?:ет|ёт|ут) | срок\s+\w+ | крайний\s+срок )\b
    | \b(?: aura\s+lieu | auront\s+lieu | se\s+tiendra | se\s+déroulera | sera | seront | devr(?:a|ont|ez) | entre(?:ra|ront|nt)?\s+en\s+vigueur
    | commence(?:ra)? | débute(?:ra)? | ouvrira | fermera | prend(?:ra)?\s+fin | date\s+limite | cessera | disparaîtra | à\s+partir\s+du | dès\s+le | prévue? )\b
    | \b(?: findet | finden | wird | werden | startet | starten | beginnt | beginnen | gelten | gilt | tritt | treten | endet | enden | schließt | öffnet
    | müssen | läuft\s+aus | erscheint | abgeschaltet | einsendeschluss | anmeldeschluss | frist | stichtag )\b";

/// Gatherings: beside a date to come they need no verb.
const EVENT: &str = r"(?xi)
    \b(?: conference | summit | webinar | keynote | expo | festival | meetup | workshop | premiere | awards | black\s+friday )s?\b
    | \b(?: конференци[яию] | форум | вебинар | саммит | фестиваль | митап | воркшоп | премьера | презентация | распродажа | выставка | релиз
    | конференции | форума | фестиваля | митапа | премьеры | встреча )\b
    | \b(?: conférence | salon | webinaire | atelier | rencontre | konferenz | messe | treffen | veranstaltung | preisverleihung )\b";

/// Something must be done by then; counts with "by", "until" or "до" right before the date.
const DUE: &str = r"(?xi)
    \b(?: submit | take\s+part | appl(?:y|ications?) | register | registration | verify | deadline | migrate | entries | update\s+your | have | has
    | opt\s+out | valid | available | vote | tickets? | nominations? | comments? | sign\s+up | open | sale | order )\b
    | \b(?: заявк\w* | подать | подайте | зарегистрир\w* | регистраци\w* | обязан\w* | пройти | успе(?:ть|йте|ют) | должны?
    | нужно | необходимо | билет\w* | работ[аы]? | принима(?:ем|ют|ется|ются) | скидк\w* | голосова\w* | отчет\w* | отчёт\w* | переда(?:ть|йте) | дедлайн | действу(?:ет|ют) | продл\w* | прием | приём | можно )\b
    | \b(?: inscri\w+ | candidatures? | billets? | vente | valable | participer | envoy\w+ | dépos\w+ | bewerb\w+ | anmeld\w+ | tickets? | einreich\w+
    | gültig | möglich | abstimmen | teilnehm\w+ | verfügbar )\b";

/// The past, statistics, birthdays and what is dated every day.
const NOT_PLANNED: &str = r"(?xi)
    \b(?: since | was | were | had | born | ago | last\s+(?:year|month|week|christmas|summer|winter|updated) | updated | uploaded
    | published | recorded | reported | took | began | launched | removed | held | drew | reached | ran | anniversary | birthday
    | horoscope | weather | forecast | showers | full\s+moon | typically | usually | traditionally | pushed\s+from | initially | originally | exchange\s+rate | quietest | rights\s+reserved | according\s+to\s+data )\b | ©
    | \b(?: родил(?:ся|ась|ись) | исполн(?:ится|илось) | юбилей | день\s+рождения | прошл(?:а|о|и|ом|ого|ый|ой|ые) | прошел | прошёл | состоял(?:ся|ась|ось|ись)
    | провед[её]н[аоы]? | завершил(?:ся|ась|ось|ись) | закончил(?:ся|ась|ось|ись) | начал(?:ся|ась|ось|ись) | набрал[аои]? | опубликован[аоы]?
    | публикации | по\s+данным | по\s+состоянию | погод\w* | синоптик\w* | осадк\w* | дожд\w* | гроз[аы] | снегопад\w* | температур\w* | облачн\w* | похолодани\w* | потеплени\w*
    | климатическ\w* | тепла | мороз\w* | луна | знаке | традиционно | обычно | действовал[аио]? | гороскоп | курс | прогноз | именины | лунный | всемирный\s+день | международный\s+день
    | заработал[аи]? | составил[аои]? | выросл[аои] | вырос | закрыл[аи]? | был[аои]? | пост\s+от | заявлен\w*\s+от | новост\w*\s+от | сообщени\w*\s+от )\b
    | \b(?: s'est\s+tenue? | a\s+eu\s+lieu | était | étaient | né[e]?\s+le | publié[e]?s?\s+le | depuis | selon | fand | fanden | wurde | wurden | war | waren | seit | veröffentlicht )\b";

/// Right before the date.
const VERSION: &str = r"(?i)\b(?:version|версия|версии|v|api|от)\s*$";
/// Until then.
const BY: &str = r"(?i)(?:\b(?:by|until|till|before|through|до|не\s+позднее|к|avant|avant\s+le|jusqu['’]au|jusqu['’]à|jusqu['’]en|bis|bis\s+zum|bis\s+zur|vor\s+dem))(?:\s+(?:the|le|la|den|der|dem))?(?:\s+\p{L}+,)?\s*$";
/// From then on.
const FROM: &str = r"(?i)\b(?:from|starting|beginning|effective|as\s+of|с|со|начиная\s+с|à\s+partir\s+du|à\s+partir\s+de|dès\s+le|dès|ab|ab\s+dem)(?:\s+(?:on|the))?\s*$";
/// It ends then, said of the thing before or behind the date.
const ENDS: &str = r"(?xi)\b(?: ends? | closes? | expires? | deadline | last\s+day | due | истека(?:ет|ют) | заверш(?:ит|ат)(?:ся)? | дедлайн | срок\s+\w+ | крайний\s+срок | последний\s+день
    | date\s+limite | prend(?:ra)?\s+fin | endet | enden | einsendeschluss | anmeldeschluss | frist | läuft\s+aus )\b";
/// It is in force then.
const BEGINS: &str = r"(?xi)\b(?: takes?\s+effect | (?:comes?|goes|enters?)\s+in(?:to)?\s+force | effective | вступ(?:ит|ят|ает|ают)\s+в\s+силу | entre(?:ra|ront|nt)?\s+en\s+vigueur | in\s+kraft )\b";
/// It is held then.
const HELD: &str = r"(?xi)\b(?: takes?\s+place | will\s+be\s+held | состо(?:ится|ятся) | пройд(?:ет|ёт|ут) | aura\s+lieu | auront\s+lieu | se\s+tiendra | se\s+déroulera | findet | finden )\b";
/// "From 1 January to", "с 1 января по": when the end lies behind, it is a count of what was.
const RANGE_START: &str = r"(?i)(?:\b(\d{1,2})\s*(?:[–—-]|и|and)\s*|\bс\s+(\d{1,2})\s+по\s+|\bfrom\s+(\d{1,2})\s+to\s+|\bdu\s+(\d{1,2})\s+au\s+|\bvom\s+(\d{1,2})\.?\s+bis\s+(?:zum\s+)?)$";
const RANGE_END: &str = r"(?i)^\s*(?:по|до|to|till|until|through|and|au|bis|bis\s+zum|[–—-])\s*$";
/// "The March 23 Movement": a name.
const NAME_BEFORE: &str = r"\b[Tt]he\s+$";
const NAME_AFTER: &str = r"^\s+\p{Lu}\p{Ll}";

/// The words, read.
pub(super) struct Signs {
    pub(super) to_come: Regex,
    pub(super) event: Regex,
    pub(super) due: Regex,
    pub(super) not_planned: Regex,
    pub(super) version: Regex,
    pub(super) by: Regex,
    pub(super) from: Regex,
    pub(super) ends: Regex,
    pub(super) begins: Regex,
    pub(super) held: Regex,
    pub(super) range_start: Regex,
    pub(super) range_end: Regex,
    pub(super) name_before: Regex,
    pub(super) name_after: Regex,
}

/// Read once; a test reads them, too.
pub(super) static SIGNS: LazyLock<Option<Signs>> = LazyLock::new(|| {
    let read = |text| Regex::new(text).ok();
    Some(Signs {
        to_come: read(TO_COME)?,
        event: read(EVENT)?,
        due: read(DUE)?,
        not_planned: read(NOT_PLANNED)?,
        version: read(VERSION)?,
        by: read(BY)?,
        from: read(FROM)?,
        ends: read(ENDS)?,
        begins: read(BEGINS)?,
        held: read(HELD)?,
        range_start: read(RANGE_START)?,
        range_end: read(RANGE_END)?,
        name_before: read(NAME_BEFORE)?,
        name_after: read(NAME_AFTER)?,
    })
});
