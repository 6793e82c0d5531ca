//! Digests are composed once; messages are neither lost nor doubled, and keep their order.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn told(writer: &mut Writer, title: &str) -> FindingId {
    writer.add_finding(&finding("a", title)).unwrap()
}

#[test]
fn what_was_held_back_comes_again_and_what_was_told_does_not() {
    let (_dir, mut writer) = with_sources();
    let ids: Vec<_> = ["one", "two", "three"]
        .iter()
        .map(|title| told(&mut writer, title))
        .collect();
    let begin = writer.candidates("daily", 2).unwrap();
    assert_eq!((begin.last, begin.upto), (None, ids[1]));
    assert_eq!(begin.new.len(), 2);
    let run = NewDigestRun {
        upto: begin.upto,
        told: vec![ids[0]],
        held: vec![ids[1]],
        ..digest("daily", None, 0, &[])
    };
    let DigestCommit::Done(run) = writer.commit_digest(&run).unwrap() else {
        panic!("nothing stood in its place")
    };
    let next = writer.candidates("daily", 9).unwrap();
    assert_eq!(next.last.unwrap().id, run);
    let of = |found: &[(FindingId, Finding)]| found.iter().map(|(id, _)| *id).collect::<Vec<_>>();
    assert_eq!(
        (of(&next.held), of(&next.new)),
        (vec![ids[1]], vec![ids[2]])
    );
    assert_eq!(of(&writer.told(run).unwrap()), [ids[0]]);
    let other = writer.candidates("weekly", 9).unwrap();
    assert_eq!((other.held.len(), other.new.len()), (0, 3));
    // by topic: this digest has told the first, and only the first
    assert_eq!(writer.last_told("daily", "one").unwrap().unwrap().run, run);
    assert_eq!(writer.last_told("daily", "two").unwrap(), None);
    assert_eq!(writer.last_told("weekly", "one").unwrap(), None);
    let telling = &writer.tellings(ids[1]).unwrap()[0];
    assert_eq!((telling.digest.as_str(), telling.told), ("daily", false));
}

#[test]
fn nothing_new_leaves_the_place_where_it_was() {
    let (_dir, mut writer) = with_sources();
    let id = told(&mut writer, "one");
    writer
        .commit_digest(&digest("daily", None, id.0, &[]))
        .unwrap();
    let next = writer.candidates("daily", 9).unwrap();
    assert_eq!((next.upto, next.new.len()), (id, 0));
}

#[test]
fn a_digest_composed_twice_is_sent_once() {
    let (_dir, mut writer) = with_sources();
    let slot = Some(at(60));
    let mut one = digest("daily", None, 0, &["msg_1"]);
    one.slot = slot;
    let DigestCommit::Done(first) = writer.commit_digest(&one).unwrap() else {
        panic!("the first of its name")
    };
    // another worker that began from the same place
    let again = digest("daily", None, 0, &["msg_2"]);
    assert_eq!(
        writer.commit_digest(&again).unwrap(),
        DigestCommit::AlreadyDone(first)
    );
    // after a kill: it follows the first, but stands for the same instant
    let mut same_slot = digest("daily", Some(first), 0, &["msg_3"]);
    same_slot.slot = slot;
    assert_eq!(
        writer.commit_digest(&same_slot).unwrap(),
        DigestCommit::AlreadyDone(first)
    );
    // by hand, and another digest: their own places
    let by_hand = digest("daily", Some(first), 0, &["msg_4"]);
    assert!(matches!(
        writer.commit_digest(&by_hand).unwrap(),
        DigestCommit::Done(_)
    ));
    let mut weekly = digest("weekly", None, 0, &["msg_5"]);
    weekly.slot = slot;
    assert!(matches!(
        writer.commit_digest(&weekly).unwrap(),
        DigestCommit::Done(_)
    ));
    let sent: Vec<_> = writer.outbox(None, 9).unwrap();
    let ids: Vec<_> = sent.iter().map(|m| m.id.as_str()).collect();
    assert_eq!(ids, ["msg_5", "msg_4", "msg_1"]);
}

#[test]
fn a_digest_that_cannot_be_kept_whole_is_not_kept_at_all() {
    let (_dir, mut writer) = with_sources();
    let doubled = digest("daily", None, 0, &["msg_1", "msg_1"]);
    // as the writer's thread does it: in a savepoint
    writer.conn.execute_batch("SAVEPOINT job").unwrap();
    assert!(writer.commit_digest(&doubled).is_err());
    writer
        .conn
        .execute_batch("ROLLBACK TO job; RELEASE job")
        .unwrap();
    assert_eq!(writer.last_run("daily").unwrap(), None);
    assert!(writer.outbox(None, 9).unwrap().is_empty());
}

#[test]
fn a_failing_message_waits_and_holds_only_those_behind_it() {
    let (_dir, mut writer) = with_sources();
    let mut run = digest("daily", None, 0, &[]);
    run.deliveries = [("m1", "mail", "x"), ("m2", "mail", "y"), ("m3", "hook", "")]
        .map(|(id, channel, recipient)| NewDelivery {
            id: id.to_owned(),
            channel: channel.to_owned(),
            recipient: recipient.to_owned(),
        })
        .to_vec();
    let DigestCommit::Done(first) = writer.commit_digest(&run).unwrap() else {
        panic!("the first of its name")
    };
    let mut later = digest("daily", Some(first), 0, &[]);
    later.deliveries = vec![NewDelivery {
        id: "m4".to_owned(),
        channel: "mail".to_owned(),
        recipient: "x".to_owned(),
    }];
    writer.commit_digest(&later).unwrap();
    let due = |writer: &Writer, minutes| -> Vec<String> {
        let due = writer.due_deliveries(at(minutes), 9).unwrap();
        due.into_iter().map(|d| d.id).collect()
    };
    assert_eq!(due(&writer, 9), ["m1", "m2", "m3"]);
    writer
        .delivery_failed("m1", at(9), "refused", at(20))
        .unwrap();
    writer.delivery_sent("m2", at(9), "250 ok").unwrap();
    writer.delivery_sent("m3", at(9), "200").unwrap();
    assert_eq!(due(&writer, 19), [""; 0], "m4 waits behind m1");
    assert_eq!(writer.next_delivery_at().unwrap(), Some(at(20)));
    assert_eq!(due(&writer, 20), ["m1"]);
    writer
        .delivery_parked("m1", at(20), "no such user")
        .unwrap();
    assert_eq!(due(&writer, 20), ["m4"], "a parked message blocks nobody");
    writer.retry_delivery("m1", at(21)).unwrap();
    assert_eq!(due(&writer, 21), ["m1"], "the older one goes first again");
    let message = writer.delivery("m1").unwrap();
    assert_eq!((message.attempts, message.form), (2, form()));
    let log = writer.attempts("m1").unwrap();
    let story: Vec<_> = log
        .iter()
        .map(|a| (a.outcome.as_str(), a.note.as_str()))
        .collect();
    assert_eq!(
        story,
        [
            ("failed", "refused"),
            ("parked", "no such user"),
            ("retried", "by hand")
        ]
    );
    writer.drop_delivery("m1", at(22)).unwrap();
    let error = writer.retry_delivery("m2", at(22)).unwrap_err();
    assert!(error.to_string().contains("sent already"), "{error}");
    assert!(writer.drop_delivery("nothing", at(22)).is_err());
    let counts: Vec<u64> = writer.outbox_counts().unwrap().into_values().collect();
    assert_eq!(counts, [1, 2, 0, 1]);
}

#[test]
fn parts_that_were_taken_are_remembered() {
    let (_dir, mut writer) = with_sources();
    writer
        .commit_digest(&digest("daily", None, 0, &["m1"]))
        .unwrap();
    assert_eq!(writer.delivery("m1").unwrap().parts, 0);
    for parts in [1, 2, 1] {
        writer
            .delivery_advanced("m1", at(1), parts, "part taken")
            .unwrap();
    }
    writer
        .delivery_failed("m1", at(2), "refused", at(3))
        .unwrap();
    let due = writer.due_deliveries(at(3), 9).unwrap();
    assert_eq!((due[0].parts, due[0].attempts), (2, 1));
    let log = writer.attempts("m1").unwrap();
    assert_eq!((log[0].outcome.as_str(), log.len()), ("part", 4));
}

#[test]
fn an_acknowledgement_counts_even_when_dropped_meanwhile() {
    let (_dir, mut writer) = with_sources();
    writer
        .commit_digest(&digest("daily", None, 0, &["m1"]))
        .unwrap();
    writer.drop_delivery("m1", at(1)).unwrap();
    writer.delivery_failed("m1", at(2), "late", at(3)).unwrap();
    assert_eq!(
        writer.outbox_entry("m1").unwrap().state,
        DeliveryState::Dropped
    );
    writer.delivery_sent("m1", at(3), "250 ok").unwrap();
    let entry = writer.outbox_entry("m1").unwrap();
    assert_eq!(
        (entry.state, entry.note.as_deref()),
        (DeliveryState::Sent, Some("250 ok"))
    );
    assert!(writer.delivery_sent("nothing", at(3), "").is_err());
}

#[derive(Debug, Clone)]
enum Step {
    /// A digest with a message to each of these channels.
    Post(Vec<u8>),
    /// Send what is due; for each, in turn: sent, failed for so many minutes, or parked.
    Deliver(Vec<Fate>),
    Retry(prop::sample::Index),
    Drop(prop::sample::Index),
    /// End without closing, and open again.
    Kill,
    Wait(u8),
}

#[derive(Debug, Clone, Copy)]
enum Fate {
    Sent,
    Failed(u8),
    Parked,
    /// Sent, but killed before that was written: sent again under the same id.
    Unknown,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fate = prop_oneof![
        4 => Just(Fate::Sent),
        2 => (1u8..30).prop_map(Fate::Failed),
        1 => Just(Fate::Parked),
        1 => Just(Fate::Unknown),
    ];
    let step = prop_oneof![
        4 => prop::collection::vec(0u8..3, 0..4).prop_map(Step::Post),
        6 => prop::collection::vec(fate, 1..5).prop_map(Step::Deliver),
        1 => any::<prop::sample::Index>().prop_map(Step::Retry),
        1 => any::<prop::sample::Index>().prop_map(Step::Drop),
        1 => Just(Step::Kill),
        2 => (1u8..40).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..40)
}

/// What the outbox should be, kept by simplest means.
#[derive(Default)]
struct Model {
    now: i64,
    /// In the order of posting: channel, state, next try.
    messages: BTreeMap<u32, (u8, DeliveryState, i64)>,
}

impl Model {
    /// The oldest waiting message of each channel, if its time has come.
    fn due(&self) -> Vec<u32> {
        let mut heads = BTreeMap::new();
        for (&n, &(channel, state, next)) in &self.messages {
            if state == DeliveryState::Waiting {
                heads.entry(channel).or_insert((next, n));
            }
        }
        let mut due: Vec<_> = heads
            .into_values()
            .filter(|(next, _)| *next <= self.now)
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(_, n)| n).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_outbox_neither_loses_nor_doubles_and_keeps_order(steps in steps()) {
        let (dir, mut writer) = with_sources();
        let mut model = Model::default();
        let mut last = None;
        let name = |n: u32| format!("msg_{n}");
        for step in steps {
            match step {
                Step::Post(channels) => {
                    let mut run = digest("daily", last, 0, &[]);
                    run.at = at(model.now);
                    for channel in channels {
                        let n = model.messages.len() as u32;
                        run.deliveries.push(NewDelivery {
                            id: name(n),
                            channel: channel.to_string(),
                            recipient: String::new(),
                        });
                        model.messages.insert(n, (channel, DeliveryState::Waiting, model.now));
                    }
                    let DigestCommit::Done(id) = writer.commit_digest(&run).unwrap() else {
                        panic!("alone");
                    };
                    last = Some(id);
                }
                Step::Deliver(fates) => {
                    let due = writer.due_deliveries(at(model.now), 99).unwrap();
                    let ids: Vec<_> = due.iter().map(|d| d.id.clone()).collect();
                    let expected: Vec<_> = model.due().into_iter().map(name).collect();
                    prop_assert_eq!(&ids, &expected);
                    for (delivery, fate) in due.iter().zip(fates) {
                        let n: u32 = delivery.id[4..].parse().unwrap();
                        let known = model.messages.get_mut(&n).unwrap();
                        match fate {
                            Fate::Sent => {
                                writer.delivery_sent(&delivery.id, at(model.now), "ok").unwrap();
                                known.1 = DeliveryState::Sent;
                            }
                            Fate::Failed(wait) => {
                                known.2 = model.now + i64::from(wait);
                                writer
                                    .delivery_failed(&delivery.id, at(model.now), "no", at(known.2))
                                    .unwrap();
                            }
                            Fate::Parked => {
                                writer.delivery_parked(&delivery.id, at(model.now), "no").unwrap();
                                known.1 = DeliveryState::Parked;
                            }
                            Fate::Unknown => {}
                        }
                    }
                }
                Step::Retry(which) | Step::Drop(which) if !model.messages.is_empty() => {
                    let n = which.index(model.messages.len()) as u32;
                    let known = model.messages.get_mut(&n).unwrap();
                    let retry = matches!(step, Step::Retry(_));
                    let answer = if retry {
                        writer.retry_delivery(&name(n), at(model.now))
                    } else {
                        writer.drop_delivery(&name(n), at(model.now))
                    };
                    prop_assert_eq!(answer.is_ok(), known.1 != DeliveryState::Sent);
                    if answer.is_ok() && retry {
                        (known.1, known.2) = (DeliveryState::Waiting, model.now);
                    } else if answer.is_ok() {
                        known.1 = DeliveryState::Dropped;
                    }
                }
                Step::Retry(_) | Step::Drop(_) => {}
                Step::Kill => {
                    drop(writer);
                    writer = open_fast(&dir);
                }
                Step::Wait(minutes) => model.now += i64::from(minutes),
            }
        }
        let mut counts = BTreeMap::from(DeliveryState::ALL.map(|state| (state, 0)));
        for (&n, &(_, state, _)) in &model.messages {
            prop_assert_eq!(writer.outbox_entry(&name(n)).unwrap().state, state);
            *counts.entry(state).or_default() += 1;
        }
        prop_assert_eq!(writer.outbox_counts().unwrap(), counts);
    }
}
