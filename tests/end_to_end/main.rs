//! The built program in a small real world on loopback: nginx, an SMTP server and a webhook receiver.
//!
//! `.ci/test` installs what this needs (`nginx-light`, `python3-aiosmtpd`).

mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use world::{World, tidewatch, told};

fn feed(titles: &[String]) -> String {
    let items = titles
        .iter()
        .rev()
        .map(|title| {
            let slug = title.replace(' ', "-");
            format!("<item><title>{title}</title><link>https://x.example/{slug}</link><guid>{slug}</guid><description>About {title}.</description></item>")
        })
        .collect::<Vec<_>>()
        .concat();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Feed</title><link>https://x.example/</link>{items}</channel></rss>"
    )
}

fn rules(length: &str, readers: usize) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Rules of Clipnet</title></head><body><nav>Home Help</nav><main><h1>Rules</h1>\
         <p>A clip may be up to {length} long and must not contain advertising for tobacco.</p>\
         <p>You must be at least sixteen years old to go live, and you must say when a clip is paid for.</p>\
         <p>{readers} people have read these rules.</p></main><footer>Clipnet</footer></body></html>"
    )
}

fn words(text: &[&str]) -> Vec<String> {
    text.iter().map(|&title| title.to_owned()).collect()
}

#[test]
fn exactly_the_changed_source_is_told() {
    let mut world = World::new();
    world.serve("rules.html", &rules("60 seconds", 100));
    world.serve("calm.html", &rules("30 seconds", 7));
    world.serve(
        "news.xml",
        &feed(&words(&["Old entry one", "Old entry two"])),
    );
    world.configure(&[
        ("rules", "page", "rules.html"),
        ("calm", "page", "calm.html"),
        ("news", "feed", "news.xml"),
    ]);
    world.start_daemon();
    let polled = |world: &World| {
        let status = world.ask(&["status"]);
        let sources = status["sources"].as_array().expect("sources");
        sources.len() == 3 && sources.iter().all(|s| s["last_ok_at"].is_string())
    };
    world.until("the daemon is up", |world| world.log().contains("watching"));
    world.until("every source has been polled", polled);
    assert!(
        world.hooks().is_empty(),
        "the first sight of a source is never news"
    );

    // only a counter moves on one page, the rule changes on the other
    world.serve("calm.html", &rules("30 seconds", 8));
    world.serve("rules.html", &rules("90 seconds", 101));
    world.until("the webhook has told it", |world| !world.hooks().is_empty());
    world.until("the mail has told it", |world| !world.mails().is_empty());

    let (hooks, mails) = (world.hooks(), world.mails());
    let text = hooks[0].body.to_string();
    assert!(
        text.contains("90 seconds") && text.contains("60 seconds"),
        "{text}"
    );
    assert!(
        !text.contains("calm") && !text.contains("Old entry"),
        "{text}"
    );
    let mail = &mails[0];
    assert!(
        mail.contains("multipart/alternative") && mail.contains("reader@example.org"),
        "{mail}"
    );

    // the daemon answers 304 to itself: unchanged files are not sent again
    let access = std::fs::read_to_string(world.path("nginx/access.log")).expect("nginx's log");
    assert!(access.contains("\" 304 "), "{access}");
    let diff = world.ask(&["diff", "rules"]);
    assert!(diff["change"]["hunks"].to_string().contains("90"), "{diff}");
    let history = world.ask(&["history", "calm"]);
    assert!(
        history.to_string().contains("cosmetic"),
        "a counter is kept as cosmetic: {history}"
    );

    // one daemon per database
    let second = tidewatch()
        .args(["--config"])
        .arg(world.config())
        .arg("run")
        .stderr(Stdio::piped())
        .output()
        .expect("it runs");
    assert_eq!(
        second.status.code(),
        Some(4),
        "{}",
        String::from_utf8_lossy(&second.stderr)
    );
    assert_eq!(
        world.stop_daemon(),
        Some(0),
        "SIGTERM drains: {}",
        world.log()
    );
}

#[test]
fn a_faulty_reload_is_refused_and_a_good_one_taken() {
    let mut world = World::new();
    world.serve("a.xml", &feed(&words(&["One"])));
    world.configure(&[("a", "feed", "a.xml")]);
    world.start_daemon();
    world.until("the first poll", |world| {
        world.path("data/tidewatch.db").exists() && world.log().contains("watching 1 sources")
    });
    let good = std::fs::read_to_string(world.config()).expect("the configuration");
    std::fs::write(
        world.config(),
        format!("{good}\n[[source]]\nid = \"b\"\nurll = \"http://x\"\n"),
    )
    .expect("written");
    world.signal_daemon("-HUP");
    world.until("the refusal", |world| {
        world.log().contains("refused, the old one goes on")
    });
    world.configure(&[("a", "feed", "a.xml"), ("b", "feed", "a.xml")]);
    world.signal_daemon("-HUP");
    world.until("the new configuration", |world| {
        world.log().contains("watching 2 sources")
    });
    assert_eq!(world.stop_daemon(), Some(0));
}

#[test]
fn fifty_kills_lose_nothing_and_double_nothing() {
    let mut world = World::new();
    let sources: Vec<(String, String)> = (0..4)
        .map(|n| (format!("feed-{n}"), format!("feed-{n}.xml")))
        .collect();
    let mut titles: Vec<Vec<String>> = (0..4)
        .map(|n| vec![format!("Feed {n} entry zero")])
        .collect();
    for (n, (_, file)) in sources.iter().enumerate() {
        world.serve(file, &feed(&titles[n]));
    }
    world.serve("rules.html", &rules("1 second", 1));
    let mut configured: Vec<(&str, &str, &str)> = sources
        .iter()
        .map(|(id, file)| (id.as_str(), "feed", file.as_str()))
        .collect();
    configured.push(("rules", "page", "rules.html"));
    world.configure(&configured);
    world.start_daemon();
    world.until("the daemon is up", |world| world.log().contains("watching"));
    world.until("every source has been polled", |world| {
        let status = world.ask(&["status"]);
        let sources = status["sources"].as_array().expect("sources");
        sources.len() == 5 && sources.iter().all(|s| s["last_ok_at"].is_string())
    });

    // pauses from a fixed sequence: no two runs are killed at the same point
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut rules_served = 1;
    for round in 0..50 {
        let n = round % 4;
        titles[n].push(format!("Feed {n} entry {round} from round {round}"));
        world.serve(&sources[n].1, &feed(&titles[n]));
        if round % 5 == 0 {
            rules_served += 1;
            world.serve(
                "rules.html",
                &rules(&format!("{rules_served} seconds"), round),
            );
        }
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        std::thread::sleep(std::time::Duration::from_millis(100 + (seed >> 33) % 1_200));
        world.kill_daemon();
        world.start_daemon();
    }

    let wanted: BTreeSet<String> = titles
        .iter()
        .flat_map(|titles| titles.iter().skip(1).cloned())
        .collect();
    world.until("everything has been told", |world| {
        let told = told(&world.hooks());
        let is_told =
            |wanted: &String| told.values().flatten().any(|title| title.ends_with(wanted));
        wanted.iter().all(is_told)
    });
    world.until("the outbox is empty", |world| {
        world.ask(&["outbox"])["counts"]
            .get("waiting")
            .is_none_or(|n| n == 0)
    });
    assert_eq!(world.stop_daemon(), Some(0));

    // one message tells a finding, and one id means one message
    let mut bodies: BTreeMap<String, String> = BTreeMap::new();
    for hook in world.hooks() {
        let body = hook.body.to_string();
        let first = bodies
            .entry(hook.id.clone())
            .or_insert_with(|| body.clone());
        assert_eq!(*first, body, "one id, two messages");
    }
    let mut tellings: BTreeMap<String, usize> = BTreeMap::new();
    for title in told(&world.hooks()).into_values().flatten() {
        // a card's title may name the source before the item's own title
        if let Some(wanted) = wanted.iter().find(|wanted| title.ends_with(*wanted)) {
            *tellings.entry(wanted.clone()).or_default() += 1;
        }
    }
    let doubled: Vec<_> = tellings.iter().filter(|(_, n)| **n > 1).collect();
    assert!(doubled.is_empty(), "told by two messages: {doubled:?}");

    // what went by webhook went by mail: as many digests, each under one Message-ID
    let mails: BTreeSet<String> = world
        .mails()
        .iter()
        .filter_map(|mail| {
            mail.lines()
                .find(|line| line.to_ascii_lowercase().starts_with("message-id:"))
                .map(str::to_owned)
        })
        .collect();
    assert_eq!(
        mails.len(),
        bodies.len(),
        "a digest each by mail and webhook"
    );

    // the last text of the rules is in the store, and no snapshot was left unread
    let shown = world.ask(&["show", "rules"]);
    assert!(
        shown
            .to_string()
            .contains(&format!("{rules_served} seconds")),
        "{shown}"
    );
    let status = world.ask(&["status"]);
    let items: u64 = status["sources"]
        .as_array()
        .expect("sources")
        .iter()
        .filter_map(|s| s["counts"]["items"].as_u64())
        .sum();
    assert_eq!(items, 54, "four first entries and fifty more");
}

#[test]
fn systemd_is_told_ready_alive_reloading_and_stopping() {
    let mut world = World::new();
    world.serve("a.xml", &feed(&words(&["One"])));
    world.configure(&[("a", "feed", "a.xml")]);
    let socket = std::os::unix::net::UnixDatagram::bind(world.path("notify")).expect("a socket");
    socket
        .set_read_timeout(Some(std::time::Duration::from_mins(1)))
        .expect("a timeout");
    world.start_daemon_with(&[
        (
            "NOTIFY_SOCKET",
            world.path("notify").to_str().expect("a path"),
        ),
        ("WATCHDOG_USEC", "600000"),
    ]);
    // messages come in their own time: wait for the one named, and see what else there was
    let heard = |wanted: &str| loop {
        let mut buffer = [0; 4096];
        let n = socket
            .recv(&mut buffer)
            .unwrap_or_else(|error| panic!("waited in vain for {wanted}: {error}"));
        if String::from_utf8_lossy(&buffer[..n]).contains(wanted) {
            break;
        }
    };
    heard("READY=1");
    heard("WATCHDOG=1");
    world.signal_daemon("-HUP");
    heard("RELOADING=1");
    heard("READY=1");
    assert_eq!(world.stop_daemon(), Some(0));
    heard("STOPPING=1");
}
