//! `tidewatch sources` as its users meet it: adding by address, lists in and out, trying out.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use assert_cmd::Command;
use serde_json::Value;

const RSS: &str = "<?xml version='1.0'?><rss version='2.0'><channel><title>Acme Blog</title><ttl>120</ttl>\
    <item><title>First post about budgets</title><guid>1</guid><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item>\
    <item><title>Second post about budgets</title><guid>2</guid><pubDate>Tue, 03 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>";
const PAGE: &str = "<!doctype html><html lang=en><head><title>News | Acme</title>\
    <link rel=alternate type='application/rss+xml' title='Comments' href='/comments.xml'>\
    <link rel=alternate type='application/rss+xml' title='News' href='/news.xml'></head>\
    <body><main><h1>News</h1><p>Words that stand on the page of news.</p></main></body></html>";
const CONFIG: &str =
    "# mine, with a remark\npacks = []\ndata_dir = \"data\"\n[http]\nhost_gap = \"1ms\" # quick\n";

/// A web of a few pages on loopback that counts what is asked of it.
struct Web {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Web {
    fn new(pages: &'static [(&'static str, &'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = head.next().unwrap().unwrap();
                let path = first.split(' ').nth(1).unwrap().to_owned();
                while head
                    .next()
                    .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
                {}
                let (status, more, body) = match pages.iter().find(|(name, ..)| *name == path) {
                    Some((_, "301", to)) => ("301 Moved", format!("Location: {to}\r\n"), ""),
                    Some((_, kind, body)) => ("200 OK", format!("Content-Type: {kind}\r\n"), *body),
                    None => ("404 Not Found", String::new(), "nothing"),
                };
                log.lock().unwrap().push(path);
                let answer = format!(
                    "HTTP/1.1 {status}\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { port, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Paths asked for since the last time, robots.txt aside.
    fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.retain(|path| path != "/robots.txt");
        asked
    }
}

/// A home with a configuration of the user's own.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new(config: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        std::fs::write(desk.path("tw.toml"), config).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let out = Command::new(assert_cmd::cargo::cargo_bin!("tidewatch"))
            .env_clear()
            .env("HOME", self.0.path())
            .env("TZ", "UTC")
            .current_dir(self.0.path())
            .args(["--config", "tw.toml"])
            .args(args)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            out.status.code().unwrap(),
            text(&out.stdout),
            text(&out.stderr),
        )
    }

    fn ask(&self, args: &[&str]) -> (i32, Value) {
        let (code, out, err) = self.run(&[args, &["--json"]].concat());
        (
            code,
            serde_json::from_str(&out).unwrap_or_else(|why| panic!("{why}: {out}{err}")),
        )
    }
}

static SITE: &[(&str, &str, &str)] = &[
    ("/news", "text/html", PAGE),
    ("/news.xml", "text/html", RSS),
    ("/comments.xml", "text/xml", RSS),
    ("/old", "301", "/news.xml"),
    (
        "/gone",
        "text/html",
        "<html><title>404 Not Found</title><body><h1>404</h1><p>Page not found.</p></body></html>",
    ),
    (
        "/wall",
        "text/html",
        "<html><title>Log in</title><body><form><input type=password></form><p>You must log in to continue.</p></body></html>",
    ),
    ("/empty", "text/html", " \n "),
    (
        "/shell",
        "text/html",
        "<title>App</title><body><noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div><script src=/m.js></script>",
    ),
    (
        "/rules",
        "text/html",
        "<title>Rules</title><body><nav><a href=/>Home</a></nav><main><h1>Rules</h1><p class=old>Ten posts a day.</p><p>Five <a href=b>stories</a> a day.</p></main>",
    ),
    (
        "/broken.xml",
        "text/xml",
        "junk<?xml version='1.0' encoding='windows-1251'?><rss><channel><title>Лента</title><item><title>A & B</title><guid>1</guid><pubDate>2 ноября 2026</pubDate><item><title>C",
    ),
];

#[test]
fn a_page_becomes_its_feed_and_nothing_is_fetched_twice() {
    let (web, desk) = (Web::new(SITE), Desk::new(CONFIG));
    let (code, told) = desk.ask(&[
        "sources",
        "add",
        &web.url("/news"),
        "--allow-private",
        "--tags",
        "own,news",
        "--role",
        "competitor",
    ]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(web.asked(), ["/news", "/news.xml"]);
    let kinds: Vec<_> = told["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["feed", "page", "feed"]);
    assert_eq!(told["reading"]["items"].as_array().unwrap().len(), 2);
    assert_eq!(told["next_polls"].as_array().unwrap().len(), 3);
    // appended: what stood there stays to the byte, and the whole is sound
    let text = desk.text("tw.toml");
    assert!(text.starts_with(CONFIG), "{text}");
    let (code, list) = desk.ask(&["sources", "list"]);
    assert_eq!((code, list.as_array().unwrap().len()), (0, 1));
    let source = &list[0];
    assert_eq!(source["url"], web.url("/news.xml"));
    assert_eq!(
        (&source["role"], &source["title"]),
        (&"competitor".into(), &"Acme Blog".into())
    );
    assert_eq!(source["tags"], serde_json::json!(["own", "news", "en"]));
    // twice is refused, by the feed's own address without a request
    let (code, _, err) = desk.run(&[
        "sources",
        "add",
        &web.url("/news.xml#top"),
        "--allow-private",
    ]);
    assert_eq!((code, web.asked().len()), (2, 0), "{err}");
    assert!(err.contains("configured already as"), "{err}");
    let (code, _, err) = desk.run(&["sources", "add", &web.url("/news"), "--allow-private"]);
    assert_eq!((code, web.asked()), (2, vec!["/news".to_owned()]), "{err}");
    let (code, _, err) = desk.run(&[
        "sources",
        "add",
        &web.url("/comments.xml"),
        "--allow-private",
        "--id",
        source["id"].as_str().unwrap(),
    ]);
    assert_eq!(code, 2, "{err}");
    // another of what was found, by its number
    let (code, told) = desk.ask(&[
        "sources",
        "add",
        &web.url("/news"),
        "--allow-private",
        "--pick",
        "2",
        "--dry-run",
    ]);
    assert_eq!(
        (code, told["chosen"]["kind"].as_str()),
        (0, Some("page")),
        "{told}"
    );
    assert_eq!(
        (web.asked(), &told["written"]),
        (vec!["/news".to_owned()], &Value::Null)
    );
}

#[test]
fn what_cannot_be_read_is_not_written_and_says_why() {
    let (web, desk) = (Web::new(SITE), Desk::new(CONFIG));
    for (path, why) in [
        ("/wall", "login wall"),
        ("/gone", "not found"),
        ("/empty", "nothing"),
        ("/nowhere", "404"),
    ] {
        let (code, _, err) = desk.run(&["sources", "add", &web.url(path), "--allow-private"]);
        assert_eq!(code, 1, "{path}");
        assert!(err.contains(why), "{path}: {err}");
        assert_eq!(web.asked(), [path]);
    }
    // loopback is refused unless allowed
    let (code, _, err) = desk.run(&["sources", "add", &web.url("/news.xml")]);
    assert_eq!((code, web.asked().len()), (1, 0), "{err}");
    assert!(err.contains("--allow-private"), "{err}");
    assert_eq!(desk.text("tw.toml"), CONFIG);
    // a faulty outcome is rolled back
    let (code, _, err) = desk.run(&[
        "sources",
        "add",
        &web.url("/news.xml"),
        "--allow-private",
        "--zone",
        "Mars/Crater",
    ]);
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("nothing was written") && err.contains("Mars/Crater"),
        "{err}"
    );
    assert_eq!(desk.text("tw.toml"), CONFIG);
    // so is a file that nobody reads
    let (code, _, err) = desk.run(&[
        "sources",
        "add",
        &web.url("/news.xml"),
        "--allow-private",
        "--to",
        "other.toml",
    ]);
    assert!(
        code == 2 && err.contains("packs") && !desk.path("other.toml").exists(),
        "{err}"
    );
    // without a configuration of one's own it is said how to get one
    let out = Command::new(assert_cmd::cargo::cargo_bin!("tidewatch"))
        .env_clear()
        .env("HOME", desk.0.path().join("nobody"))
        .args(["sources", "add", "https://a.example/"])
        .assert()
        .code(2);
    assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("tidewatch init"));
}

#[test]
fn a_page_drawn_by_scripts_is_offered_a_browser() {
    let (web, desk) = (Web::new(SITE), Desk::new(CONFIG));
    let (code, _, err) = desk.run(&["sources", "add", &web.url("/shell"), "--allow-private"]);
    assert!(code == 1 && err.contains("`--render`"), "{err}");
    let (_, told) = desk.ask(&["sources", "add", &web.url("/shell"), "--allow-private"]);
    assert!(
        told["remedy"].as_str().unwrap().contains("`--render`"),
        "{told}"
    );
    assert_eq!(desk.text("tw.toml"), CONFIG);
}

#[test]
fn a_url_is_read_as_its_options_say() {
    let (web, desk) = (Web::new(SITE), Desk::new(CONFIG));
    let (code, _, err) = desk.run(&["read", "page", &web.url("/rules")]);
    assert!(code == 1 && err.contains("--allow-private"), "{err}");
    let read = |more: &[&str]| {
        let url = web.url("/rules");
        let (code, told) =
            desk.ask(&[&["read", "page", url.as_str(), "--allow-private"], more].concat());
        assert_eq!(code, 0, "{told}");
        told
    };
    let told = read(&["--remove", ".old", "--base-url", "https://b.example/x/"]);
    assert_eq!(told["text"], "Rules\nFive stories a day.");
    let links = told["blocks"][1]["links"].as_array().unwrap();
    assert_eq!(links[0]["href"], "https://b.example/x/b");
    assert!(
        told["notes"][0].as_str().unwrap().contains("left out"),
        "{told}"
    );
    let told = read(&["--content-type", "text/html; charset=windows-1251"]);
    assert_eq!(told["encoding"], "windows-1251");
    // a file's dates are in the zone that is told, and so are a URL's
    let url = web.url("/broken.xml");
    let (_, told) = desk.ask(&[
        "read",
        "feed",
        &url,
        "--allow-private",
        "--zone",
        "Asia/Tokyo",
    ]);
    assert_eq!(
        told["items"][0]["published"], "2026-11-01T15:00:00Z",
        "{told}"
    );
}

#[test]
fn a_broken_selector_is_a_fault_of_the_command_line() {
    let (web, desk) = (Web::new(SITE), Desk::new(CONFIG));
    let url = web.url("/rules");
    for args in [
        vec!["read", "page", &url, "--select", "p["],
        vec!["sources", "test", &url, "--select", "p["],
        vec!["sources", "test", &url, "--remove", "p["],
        vec!["sources", "add", &url, "--select", "p["],
        vec!["sources", "test", &url, "--render", "--wait-for", "p["],
        vec!["read", "json", &url, "--select", "items = p["],
    ] {
        let (code, _, err) = desk.run(&args);
        assert!(code == 2 && err.contains("p["), "{args:?}: {err}");
    }
    assert!(web.asked().is_empty());
}

#[test]
fn a_permanent_move_is_written_where_it_leads() {
    let (web, desk) = (
        Web::new(SITE),
        Desk::new("packs = [\"mine/*.toml\"]\n[http]\nhost_gap = \"1ms\"\n"),
    );
    std::fs::create_dir(desk.path("mine")).unwrap();
    std::fs::write(
        desk.path("mine/a.toml"),
        "# feeds of mine\r\n[defaults]\r\ntags = [\"mine\"]\r\n",
    )
    .unwrap();
    let (code, told) = desk.ask(&["sources", "add", &web.url("/old"), "--allow-private"]);
    assert_eq!(
        (code, web.asked()),
        (0, vec!["/old".to_owned(), "/news.xml".to_owned()]),
        "{told}"
    );
    // the user's own file of sources is preferred, in its own line ends
    let text = desk.text("mine/a.toml");
    assert!(
        text.contains(&format!("url = \"{}\"\r\n", web.url("/news.xml"))),
        "{text}"
    );
    assert!(!text.replace("\r\n", "").contains('\n'), "{text}");
    assert_eq!(
        desk.ask(&["sources", "list"]).1[0]["tags"],
        serde_json::json!(["mine"])
    );
}

#[test]
fn trying_out_says_what_was_mended_and_why_nothing_was_read() {
    let (web, desk) = (Web::new(SITE), Desk::new(CONFIG));
    let test = |path: &str| desk.run(&["sources", "test", &web.url(path), "--allow-private"]);
    let (code, out, _) = test("/broken.xml");
    assert_eq!(code, 0, "{out}");
    for part in [
        "read as   feed",
        "declared windows-1251, read as UTF-8",
        "bytes before the feed were skipped",
        "ends before the feed does",
        "A & B",
        "2026-11-02",
    ] {
        assert!(out.contains(part), "{part} is not in\n{out}");
    }
    for (path, outcome, help) in [
        ("/wall", "login_wall", "find a public address"),
        ("/empty", "empty", "stays in force"),
        ("/gone", "not_found", "check the address"),
        ("/nowhere", "404", "sources add"),
    ] {
        let (code, out, _) = test(path);
        assert!(
            code == 1 && out.contains(outcome) && out.contains(help),
            "{path}: {code}\n{out}"
        );
    }
    let (code, out, _) = test("/old");
    assert!(
        code == 0 && out.contains("for good to") && out.contains("/news.xml"),
        "{out}"
    );
    let (_, told) = desk.ask(&["sources", "test", &web.url("/old"), "--allow-private"]);
    assert_eq!(told["moved_to"], web.url("/news.xml"));
}

#[test]
fn a_list_goes_out_and_comes_in_as_the_same_sources() {
    let config = format!(
        "{CONFIG}[[source]]\nid=\"a\"\nkind=\"feed\"\nurl=\"https://a.example/rss?x=1&y=2\"\ntitle=\"A & <B>\"\nrole=\"competitor\"\nlanguage=\"ru\"\ntags=[\"smm\",\"ads\"]\nevery=\"2h 30m\"\n\
         [[source]]\nid=\"b\"\nkind=\"page\"\nurl=\"https://b.example/terms\"\nselect=[\"main > p\"]\nremove=[\".x\"]\nschedule=\"0 9 * * MON-FRI\"\nzone=\"Europe/Moscow\"\ndocument=\"terms\"\nowner=\"bee\"\n\
         [[source]]\nid=\"c\"\nkind=\"json\"\nurl=\"https://c.example/api\"\nselect=[\"items = $.a[?@.b > 1]\", \"title = $.t\"]\nenabled=false\nplatform=\"tiktok\"\nobey_robots=true\n\
         [[source]]\nid=\"d\"\nkind=\"telegram\"\nurl=\"https://t.me/s/durov\"\nheaders={{X-A=\"b\"}}\n"
    );
    let desk = Desk::new(&config);
    let (code, opml, err) = desk.run(&["sources", "export", "--opml"]);
    assert_eq!(code, 0);
    assert!(
        opml.contains("xmlUrl=\"https://a.example/rss?x=1&amp;y=2\"") && err.contains("headers"),
        "{opml}{err}"
    );
    let other = Desk::new(CONFIG);
    std::fs::write(other.path("list.opml"), &opml).unwrap();
    let (code, told) = other.ask(&["sources", "import", "list.opml"]);
    assert_eq!(
        (code, told["sources"].as_array().unwrap().len()),
        (0, 4),
        "{told}"
    );
    let all = |desk: &Desk| {
        let mut list = desk.ask(&["sources", "list"]).1;
        let list = list.as_array_mut().unwrap();
        list.sort_by_key(|source| source["id"].to_string());
        list.clone()
    };
    assert_eq!(all(&desk), all(&other));
    assert_eq!(other.run(&["sources", "export"]).1, opml);
    // once more: all are there already
    let (code, told) = other.ask(&["sources", "import", "list.opml"]);
    assert_eq!(
        (code, told["duplicates"].as_array().unwrap().len()),
        (0, 4),
        "{told}"
    );
    assert_eq!(told["written"], Value::Null);
}

#[test]
fn a_list_of_others_is_taken_as_far_as_it_goes() {
    let desk = Desk::new(CONFIG);
    let list = "<opml><body><outline text='Новости'><outline text='Блог о рекламе' xmlUrl='https://a.example/1'/>\
        <outline text='Блог о рекламе' xmlUrl='https://a.example/2'/>\n<outline text='Bad' xmlUrl='::'/>\
        <outline text='again' xmlUrl='http://www.a.example/1/'/></outline></body></opml>";
    std::fs::write(desk.path("list.opml"), list).unwrap();
    let (code, dry) = desk.ask(&["sources", "import", "list.opml", "--dry-run"]);
    assert_eq!((code, &dry["written"]), (1, &Value::Null));
    assert_eq!(desk.text("tw.toml"), CONFIG);
    let (code, told) = desk.ask(&["sources", "import", "list.opml"]);
    assert_eq!(code, 1);
    let ids: Vec<_> = told["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["blog-o-reklame", "blog-o-reklame-2"]);
    assert_eq!(told["refused"][0]["line"], 2);
    assert_eq!(told["duplicates"][0]["id"], "blog-o-reklame");
    assert_eq!(
        desk.ask(&["sources", "list"]).1[0]["tags"],
        serde_json::json!(["новости"])
    );
    std::fs::write(desk.path("page.html"), "<html>no list</html>").unwrap();
    let (code, _, err) = desk.run(&["sources", "import", "page.html"]);
    assert!(code == 1 && err.contains("not an OPML list"), "{err}");
}
