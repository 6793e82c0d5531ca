//! Order, pauses and holds, in paused time: `tokio` moves the clock when all wait.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

const GAP: Duration = Duration::from_secs(2);

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

#[tokio::test(start_paused = true)]
async fn one_host_is_asked_one_by_one_in_order_with_pauses() {
    let gates = Arc::new(Gates::new());
    let begin = Instant::now();
    let inside = Arc::new(AtomicUsize::new(0));
    let log = Arc::new(Mutex::new(Vec::new()));
    let mut jobs = Vec::new();
    for n in 0..5 {
        let (gates, inside, log) = (gates.clone(), inside.clone(), log.clone());
        jobs.push(tokio::spawn(async move {
            // one after another into the queue
            tokio::time::sleep(Duration::from_millis(n)).await;
            let page = url(&format!("https://example.org/{n}"));
            let _turn = gates.turn(&page, GAP).await.expect("no hold");
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two at once");
            let at = begin.elapsed();
            tokio::time::sleep(Duration::from_secs(10)).await;
            inside.fetch_sub(1, Ordering::SeqCst);
            log.lock().expect("log").push((n, at.as_secs()));
        }));
    }
    for job in jobs {
        job.await.expect("no panic");
    }
    let log = log.lock().expect("log").clone();
    assert_eq!(log, [(0, 0), (1, 12), (2, 24), (3, 36), (4, 48)]);
}

#[tokio::test(start_paused = true)]
async fn other_hosts_and_ports_do_not_wait() {
    let gates = Gates::new();
    let begin = Instant::now();
    let _a = gates.turn(&url("https://a.example/"), GAP).await;
    let _b = gates.turn(&url("https://b.example/"), GAP).await;
    let _c = gates.turn(&url("https://a.example:8443/"), GAP).await;
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_within_the_host_pauses_but_does_not_queue() {
    let gates = Arc::new(Gates::new());
    let page = url("https://example.org/");
    let begin = Instant::now();
    let mut first = gates.turn(&page, GAP).await.expect("no hold");
    let other = tokio::spawn({
        let (gates, page) = (gates.clone(), page.clone());
        async move {
            let _turn = gates.turn(&page, GAP).await.expect("no hold");
            begin.elapsed().as_secs()
        }
    });
    tokio::task::yield_now().await;
    first.again().await.expect("no hold");
    assert_eq!(begin.elapsed().as_secs(), 2);
    drop(first);
    assert_eq!(other.await.expect("no panic"), 4);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_waiter_leaves_the_queue() {
    let gates = Arc::new(Gates::new());
    let page = url("https://example.org/");
    let first = gates.turn(&page, GAP).await.expect("no hold");
    let waiter = tokio::spawn({
        let (gates, page) = (gates.clone(), page.clone());
        async move { gates.turn(&page, GAP).await.is_ok() }
    });
    tokio::task::yield_now().await;
    waiter.abort();
    assert!(waiter.await.expect_err("aborted").is_cancelled());
    drop(first);
    assert!(gates.turn(&page, GAP).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_long_hold_is_told_at_once_and_a_short_one_is_waited_out() {
    let gates = Gates::new();
    let page = url("https://example.org/");
    let turn = gates.turn(&page, GAP).await.expect("no hold");
    assert_eq!(
        turn.hold(Some(Duration::from_hours(1))),
        Duration::from_hours(1)
    );
    drop(turn);
    let begin = Instant::now();
    let held = gates.turn(&page, GAP).await.err();
    assert_eq!(held, Some(Held(Duration::from_hours(1))));
    assert_eq!(begin.elapsed(), Duration::ZERO);
    tokio::time::advance(Duration::from_secs(3570)).await;
    assert!(gates.turn(&page, GAP).await.is_ok());
    assert_eq!(begin.elapsed(), Duration::from_hours(1));
}

#[tokio::test(start_paused = true)]
async fn a_wordless_429_holds_longer_each_time_until_relieved() {
    let gates = Gates::new();
    let page = url("https://example.org/");
    let turn = gates.turn(&page, Duration::ZERO).await.expect("no hold");
    let holds: Vec<_> = (0..9).map(|_| turn.hold(None).as_secs()).collect();
    assert_eq!(holds, [60, 120, 240, 480, 960, 1920, 3840, 3840, 3840]);
    turn.relieve();
    assert_eq!(turn.hold(None).as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn hosts_at_rest_are_forgotten() {
    let gates = Gates::new();
    let held = gates.turn(&url("https://held.example/"), GAP).await;
    held.expect("no hold").hold(Some(Duration::from_hours(24)));
    for n in 0..10_000 {
        let page = url(&format!("https://h{n}.example/"));
        drop(gates.turn(&page, GAP).await);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    let table = gates.table.lock().expect("table");
    assert!(table.hosts.len() <= SWEEP_FROM, "{}", table.hosts.len());
    assert!(!table.hosts.contains_key("h0.example:443"));
}
