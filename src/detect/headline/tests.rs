#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::Timestamp;

use crate::detect::{ChangeContext, change_finding, page_change};
use crate::model::{Block, BlockKind, Finding, PageText, Severity, Source, SourceKind};

fn page(lines: &[&str]) -> PageText {
    let block = |line: &&str| {
        let (kind, text) = match line.split_once(' ') {
            Some(("#", text)) => (BlockKind::Heading(2), text),
            Some(("-", text)) => (BlockKind::ListItem, text),
            _ => (BlockKind::Paragraph, *line),
        };
        Block {
            kind,
            text: text.to_owned(),
            links: vec![],
        }
    };
    PageText {
        blocks: lines.iter().map(block).collect(),
    }
}

fn headline(before: &[&str], after: &[&str]) -> String {
    told("en", before, after).title
}

fn told(language: &str, before: &[&str], after: &[&str]) -> Finding {
    let now: Timestamp = "2026-03-20T12:00:00Z".parse().unwrap();
    let context = ChangeContext {
        language: Some(language),
        seen_before: None,
        now,
    };
    let (before, after) = (page(before), page(after));
    let change = page_change(&before, &after, &context).unwrap();
    let url = "https://clip.example/rules".parse().unwrap();
    let mut source = Source::probe(url, SourceKind("page".to_owned()));
    source.title = "Clip Rules".to_owned();
    source.language = Some(language.to_owned());
    change_finding(&source, &before, &after, &change, now)
}

const KIND: &str = "Be kind to other people below every clip and report what is not.";

#[test]
fn a_sentence_that_lost_a_part_is_told_by_it() {
    let was = "Our reporting programme is open to public authorities, to charities with expertise in one \
               field and to individual users who report videos with great accuracy.";
    let is = "Our reporting programme is open to public authorities as well as to charities with expertise in one \
              field.";
    let said = headline(&["# Reports", was, KIND], &["# Reports", is, KIND]);
    assert!(
        said.contains("no longer:") && said.contains("individual users who report videos"),
        "{said}"
    );
    // what only stands elsewhere in the sentence is not gone
    let turned = "With great accuracy individual users report videos, and so do charities with expertise in one \
                  field: to them and to public authorities our new reporting programme is open.";
    let said = headline(&["# Reports", was, KIND], &["# Reports", turned, KIND]);
    assert!(!said.contains("no longer"), "{said}");
}

#[test]
fn a_passage_is_told_by_the_sentence_that_opens_it() {
    let mut after = vec![
        "# Terms",
        KIND,
        "As a member of the referral programme you earn merchandise by inviting your friends to Clip.",
        "- Rewards are granted when an invited person signs up for a paid plan.",
        "- The size of a reward follows from the number of people that were invited.",
        "- Merchandise is sent while stocks last and only to some countries.",
        "- We may end the programme at any time and say so on this page.",
        "To keep the programme fair, the following is not allowed:",
        "- Inviting oneself under another name",
    ];
    let said = headline(&["# Terms", KIND], &after);
    assert!(said.contains("you earn merchandise by inviting"), "{said}");
    after.truncate(3);
    let said = headline(&["# Terms", KIND], &after);
    assert!(said.contains("referral programme"), "{said}");
}

#[test]
fn a_sanction_that_becomes_another_is_told_before_a_kind_word() {
    let before = [
        "# Rules",
        "Newcomers who advertise their project at once will most likely be suspended.",
        "Share something of your own when you ask for help.",
    ];
    let after = [
        "# Rules",
        "Newcomers who advertise their project at once will most likely meet with some indignation.",
        "Share something of your own when you ask for help. We are for fair exchange.",
    ];
    let said = headline(&before, &after);
    assert!(said.contains("suspended"), "{said}");
}

#[test]
fn links_to_the_pages_beside_are_frame() {
    let after = [
        "# Rules",
        KIND,
        "Prev Do not impersonate anybody Next How do we fight spam?",
    ];
    let context = ChangeContext {
        language: Some("en"),
        seen_before: None,
        now: "2026-03-20T12:00:00Z".parse().unwrap(),
    };
    let change = page_change(&page(&["# Rules", KIND]), &page(&after), &context).unwrap();
    assert!(!change.is_substantive());
    assert_eq!(change.hunks[0].reason.as_deref(), Some("navigation"));
}

#[test]
fn a_negation_that_comes_or_goes_turns_a_permission_into_a_ban() {
    for (language, may, not) in [
        (
            "en",
            "You may run ads for gambling services in public groups.",
            "You may not run ads for gambling services in public groups.",
        ),
        (
            "en",
            "Creators can link to outside shops from their profile.",
            "Creators can no longer link to outside shops from their profile.",
        ),
        (
            "ru",
            "Рекламодатели могут продвигать лекарства в открытых группах.",
            "Рекламодатели не могут продвигать лекарства в открытых группах.",
        ),
    ] {
        let finding = |was: &str, is: &str| told(language, &["# Ads", was], &["# Ads", is]);
        let labels = match language {
            "ru" => ["разрешено", "запрещено"],
            _ => ["allowed", "forbidden"],
        };
        for ((was, is), label) in [(not, may), (may, not)].into_iter().zip(labels) {
            let finding = finding(was, is);
            let quote = is.trim_end_matches('.');
            assert!(
                finding.title.contains(label) && finding.title.contains(quote),
                "{}",
                finding.title
            );
            assert_eq!(finding.severity, Severity::Important, "{}", finding.title);
        }
    }
}
