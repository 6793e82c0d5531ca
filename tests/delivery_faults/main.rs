//! The built daemon delivering under faults: a mail server and webhook receivers that refuse, put
//! off, stall, hang up in the middle, take a message and lose the answer, while the daemon itself is
//! killed (`kill -9`) a hundred times. Nothing is lost, no id means two messages, order holds.
//!
//! `.ci/test` installs what this needs (`python3-aiosmtpd`). What the faults are is fixed by hashes;
//! when each kill falls is not, so the counts that it prints differ a little from run to run.

mod receiver;
mod world;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tidewatch::store::DeliveryState;
use world::{CHATS, HOOKS, MAILBOXES, REFUSED, RUNS, Taken, World};

/// `kill -9` so often.
const KILLS: u32 = 100;

#[test]
fn a_thousand_messages_survive_faults_and_a_hundred_kills() {
    let mut world = World::new();
    let posted = world.fill_outbox();
    assert!(posted.len() > 1_000, "{}", posted.len());

    // each life ends after it has brought a few messages out, most often with others on their way
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..KILLS {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        world.start_daemon();
        let enough = world.taken().len() + 1 + (seed >> 33) as usize % 14;
        world.until("some messages are out", |world| {
            world.taken().len() >= enough || world.is_done()
        });
        world.kill_daemon();
    }
    let before_last_life = world.entries();
    world.start_daemon();
    world.until("the outbox is empty", World::is_done);
    world.stop_daemon();

    let (mut entries, mut taken) = (world.entries(), world.taken());
    // the daemon's own word that a channel is in trouble is a message too, but none of those posted
    let posted: BTreeSet<String> = posted.into_iter().collect();
    entries.retain(|entry| posted.contains(&entry.id));
    taken.retain(|one| posted.contains(&one.id));
    let waiting = before_last_life
        .iter()
        .filter(|entry| entry.state == DeliveryState::Waiting)
        .count();
    assert!(waiting > 0, "the kills came too late to matter");

    // nothing is lost: each message is acknowledged, or parked because its receiver is gone for good
    let by_id: HashMap<&str, Vec<&Taken>> = taken.iter().fold(HashMap::new(), |mut by_id, one| {
        by_id.entry(one.id.as_str()).or_default().push(one);
        by_id
    });
    let (mut sent, mut parked) = (0, 0);
    for entry in &entries {
        let arrivals = by_id.get(entry.id.as_str()).map_or(0, Vec::len);
        match entry.state {
            DeliveryState::Sent => {
                assert!(arrivals > 0, "{entry:?} is called sent and never arrived");
                if entry.channel.starts_with("chat") {
                    let arrived = &by_id[entry.id.as_str()];
                    let parts: BTreeSet<&str> = arrived.iter().map(|p| p.part()).collect();
                    let count = parts.last().and_then(|part| part.rsplit('/').next());
                    let whole = count.and_then(|count| count.parse().ok());
                    assert_eq!(whole, Some(parts.len()), "{entry:?} came as {parts:?}");
                    assert!(parts.len() > 1, "{entry:?} fits into one message");
                }
                sent += 1;
            }
            DeliveryState::Parked => {
                let note = entry.note.as_deref().unwrap_or_default();
                let refused = entry.recipient == REFUSED && note.contains("550");
                let gone = entry.channel == "hook-gone" && note.contains("410");
                assert!(refused || gone, "{entry:?} was given up");
                assert_eq!(
                    entry.attempts, 1,
                    "what is for good is tried once: {entry:?}"
                );
                assert_eq!(arrivals, 0, "{entry:?}");
                parked += 1;
            }
            _ => panic!("{entry:?} is still waiting"),
        }
    }
    assert_eq!(sent + parked, posted.len());

    // one id is one message, or one part of one, whatever was repeated
    let mut same: BTreeMap<(&str, &str), BTreeSet<_>> = BTreeMap::new();
    for one in &taken {
        let arrivals = same.entry((&one.id, one.part())).or_default();
        arrivals.insert((&one.address, &one.subject, &one.hash));
    }
    for (id, arrivals) in &same {
        assert_eq!(arrivals.len(), 1, "{id:?} arrived as {arrivals:?}");
    }
    // and one message is one id
    let mut ids: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for one in &taken {
        let same = ids.entry((&one.address, &one.subject)).or_default();
        same.insert(&one.id);
    }
    let doubled: Vec<_> = ids.iter().filter(|(_, ids)| ids.len() > 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");

    // order: each receiver sees its messages one after the other; only the last one may come again
    let mut last: HashMap<&str, &str> = HashMap::new();
    for one in &taken {
        let before = last.insert(&one.address, &one.subject);
        assert!(
            before.is_none_or(|before| before <= one.subject.as_str()),
            "{} got {} after {before:?}",
            one.address,
            one.subject
        );
    }

    // the faults did happen, and each repeat is one that nobody could avoid
    let repeats = taken.len() - same.len();
    let unanswered = taken.iter().filter(|one| !one.answered).count();
    assert!(
        repeats <= unanswered + KILLS as usize * (MAILBOXES + HOOKS + CHATS),
        "{repeats} repeats"
    );
    let failed: u64 = entries
        .iter()
        .map(|entry| u64::from(entry.attempts) - 1)
        .sum();
    assert!(
        failed > 100 && unanswered > 20,
        "too calm: {failed}, {unanswered}"
    );
    assert!(
        taken.iter().all(|one| one.is_safe),
        "a login and TLS, or a signature"
    );
    println!(
        "{} messages over {RUNS} digests, {} addresses, those for chats in several parts: {sent} acknowledged, {parked} parked as refused or gone; \
         {KILLS} kills, {failed} failed attempts, {unanswered} lost answers, {repeats} repeats of a message or part under the same id; \
         0 lost, 0 ids doubled, order kept",
        posted.len(),
        MAILBOXES + HOOKS + CHATS,
    );
}
