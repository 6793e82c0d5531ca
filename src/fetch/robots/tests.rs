//! The cache's bounds, and what is done while a file cannot be read. What the rules mean is tested
//! over loopback.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::FetchSettings;
use super::super::budget::Budget;
use super::super::client::Clients;
use super::*;
use crate::model::SystemClock;

fn known(seconds: u64, bytes: usize) -> Known {
    Known {
        rules: Some(Arc::new(Robots::allow_all())),
        bytes,
        fault: None,
        until: Some(Instant::now() + Duration::from_secs(seconds)),
    }
}

#[tokio::test]
async fn what_expires_first_is_forgotten_first() {
    let mut slots = HashMap::new();
    for n in 1..=10u64 {
        let slot = Arc::new(Slot::new(known(n * 100, 1000)));
        slots.insert((format!("https://h{n}"), false), slot);
    }
    let in_use = Arc::clone(&slots[&("https://h1".to_owned(), false)]);
    let locked = in_use.lock().await;
    evict(&mut slots, 8, usize::MAX);
    let mut left: Vec<_> = slots.keys().map(|(origin, _)| origin.as_str()).collect();
    left.sort_unstable();
    assert_eq!(left.len(), 8);
    assert!(left.contains(&"https://h1"), "in use");
    assert!(!left.contains(&"https://h2") && !left.contains(&"https://h3"));
    drop(locked);
    evict(&mut slots, usize::MAX, 3000);
    assert_eq!(slots.len(), 3, "bytes are bounded too");
}

#[tokio::test]
async fn the_cache_stays_bounded_over_many_origins() {
    let cache = RobotsCache::new(Duration::from_hours(24));
    for n in 0..MAX_ENTRIES * 2 {
        let slot = cache.slot((format!("https://h{n}"), false));
        *slot.lock().await = known(100 + n as u64, 20_000);
    }
    let slots = cache.slots.lock().expect("slots");
    assert!(slots.len() <= MAX_ENTRIES);
    assert!(
        slots.len() * 20_000 <= MAX_BYTES + 20_000,
        "{}",
        slots.len()
    );
}

fn network() -> Network {
    let settings = FetchSettings::default();
    let clients = Clients::new(&settings).expect("clients");
    Network::new(clients, 4, Duration::ZERO, Arc::new(SystemClock))
}

fn visit() -> Visit {
    Visit {
        private: true,
        limits: FetchLimits::default(),
        budget: Budget::new(Duration::from_mins(1)),
        started: None,
    }
}

#[tokio::test]
async fn old_rules_stay_in_force_while_the_file_cannot_be_read() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let port = listener.local_addr().expect("bound").port();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for reply in [
            "HTTP/1.1 200 OK\r\ncontent-length: 31\r\nconnection: close\r\n\r\nUser-agent: *\nDisallow: /private",
            "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        ] {
            let (mut stream, _) = listener.accept().expect("a client");
            let _ = stream.read(&mut [0; 4096]);
            count.fetch_add(1, Ordering::SeqCst);
            stream.write_all(reply.as_bytes()).expect("sent");
        }
    });
    // with no trust in what was read, every question asks the file again
    let cache = RobotsCache::new(Duration::ZERO);
    let url = Url::parse(&format!("http://127.0.0.1:{port}/private")).expect("a URL");
    let network = network();
    for _ in 0..2 {
        let rules = cache.rules(&network, &mut visit(), &url).await;
        assert!(check(&rules.expect("rules"), &url).is_err());
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_crawl_delay_is_honoured_up_to_a_cap() {
    let rules = |seconds: &str| {
        let file = format!("User-agent: tidewatch\nCrawl-delay: {seconds}\n");
        delay(&rules::parse(file.as_bytes()))
    };
    assert_eq!(rules("10"), Duration::from_secs(10));
    assert_eq!(rules("86400"), Duration::from_secs(30));
    assert_eq!(rules("-1"), Duration::ZERO);
    assert_eq!(rules("soon"), Duration::ZERO);
}
