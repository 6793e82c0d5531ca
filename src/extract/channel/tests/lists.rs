//! Lists as a whole: rows that hold nothing, and where older ones are.

use super::*;

fn older(kind: &str, url: &str, body: &str, select: &[&str]) -> Option<String> {
    reading(kind, url, body, select).older.map(String::from)
}

#[test]
fn rows_that_hold_nothing_are_left_out_and_told() {
    let cases: [(&str, &str, &[&str]); 7] = [
        (
            "hackernews",
            r#"{"hits":[null,{"objectID":"40000001","title":"a"},3,{}]}"#,
            &[],
        ),
        (
            "mastodon",
            r#"[null,{"id":"1","account":{"id":"1"},"content":"x"},3,{"account":{}}]"#,
            &[],
        ),
        (
            "bluesky",
            r#"{"feed":[null,{"post":{"uri":"at://a/b/c","author":{"did":"d"}}},{"post":null},[]]}"#,
            &[],
        ),
        ("bluesky", r#"{"trends":[null,{"topic":"t"},{},1]}"#, &[]),
        (
            "vk",
            r#"{"response":{"count":1,"items":[null,{"id":1,"owner_id":-2,"text":"x"},"",{}]}}"#,
            &[],
        ),
        (
            "statuspage",
            r#"{"incidents":[null,{"id":"1","name":"x","status":"investigating"},1,{}]}"#,
            &[],
        ),
        (
            "json",
            r#"{"a":[null,{"id":1},7,{}]}"#,
            &["items = $.a[*]", "id = $.id"],
        ),
    ];
    for (kind, body, select) in cases {
        let read = reading(kind, "https://a.example/x", body, select);
        assert_eq!(read.items.len(), 1, "{kind}");
        assert_eq!(
            read.notes,
            ["3 of 4 rows were left out, nothing in them is an item; the first is number 1"],
            "{kind}"
        );
    }
}

#[test]
fn a_list_without_any_item_is_malformed() {
    let outcome = |kind, body| {
        reading(
            kind,
            "https://a.example/x",
            body,
            &["items = $[*]", "id = $.x"],
        )
        .outcome
    };
    for (kind, body) in [
        ("hackernews", r#"{"hits":[null]}"#),
        ("mastodon", "[{}]"),
        ("vk", r#"{"response":{"items":[7]}}"#),
        ("json", "[1, 2]"),
    ] {
        let outcome = outcome(kind, body);
        assert!(
            matches!(&outcome, ReadOutcome::Malformed(why) if why.contains("rows")),
            "{kind}: {outcome:?}"
        );
    }
    assert_eq!(outcome("hackernews", r#"{"hits":[]}"#), ReadOutcome::Read);
}

#[test]
fn lists_in_order_of_time_page_back() {
    let statuses = r#"[{"id":"110","account":{"id":"1"},"uri":"u110"},{"id":"99","account":{"id":"1"},"uri":"u99"}]"#;
    let at = "https://m.example/api/v1/accounts/1/statuses";
    assert_eq!(
        older(
            "mastodon",
            &format!("{at}?limit=2&since_id=5"),
            statuses,
            &[]
        )
        .unwrap(),
        format!("{at}?limit=2&max_id=99")
    );
    assert_eq!(
        older("mastodon", &format!("{at}?max_id=99"), statuses, &[]),
        None,
        "it does not move"
    );
    assert_eq!(older("mastodon", at, "[]", &[]), None);
    assert_eq!(
        older(
            "mastodon",
            "https://m.example/api/v1/trends/statuses",
            statuses,
            &[]
        ),
        None
    );

    let feed =
        r#"{"feed":[{"post":{"uri":"at://a/b/c","author":{"did":"d"}}}],"cursor":"2024::x y"}"#;
    assert_eq!(
        older(
            "bluesky",
            "https://b.example/xrpc/f?actor=a&cursor=1",
            feed,
            &[]
        )
        .unwrap(),
        "https://b.example/xrpc/f?actor=a&cursor=2024%3A%3Ax+y"
    );
    assert_eq!(
        older(
            "bluesky",
            "https://b.example/xrpc/f?q=a&sort=top",
            feed,
            &[]
        ),
        None
    );

    let wall =
        r#"{"response":{"count":3,"items":[{"id":2,"owner_id":-1},{"id":1,"owner_id":-1}]}}"#;
    let at = "https://v.example/method/wall.get?domain=a";
    assert_eq!(
        older("vk", at, wall, &[]).unwrap(),
        format!("{at}&offset=2")
    );
    assert_eq!(
        older("vk", &format!("{at}&offset=1"), wall, &[]),
        None,
        "the end"
    );

    let hits = r#"{"hits":[{"objectID":"40000001","title":"a"}],"page":1,"nbPages":3}"#;
    assert_eq!(
        older(
            "hackernews",
            "https://h.example/api/v1/search_by_date?page=1",
            hits,
            &[]
        )
        .unwrap(),
        "https://h.example/api/v1/search_by_date?page=2"
    );
    assert_eq!(
        older("hackernews", "https://h.example/api/v1/search", hits, &[]),
        None,
        "by relevance"
    );

    let posts = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>t3_b</id><title>B</title></entry><entry><id>t3_a</id><title>A</title></entry></feed>";
    assert_eq!(
        older(
            "reddit",
            "https://r.example/r/x/new/.rss?limit=2",
            posts,
            &[]
        )
        .unwrap(),
        "https://r.example/r/x/new/.rss?limit=2&after=t3_a"
    );
    assert_eq!(
        older("reddit", "https://r.example/r/x/top/.rss?t=day", posts, &[]),
        None,
        "a ranking"
    );

    let list = r#"{"a":[{"id":1}],"next":"/list?p=2"}"#;
    let select = ["items = $.a[*]", "id = $.id", "older = $.next"];
    assert_eq!(
        older("json", "https://j.example/list", list, &select).unwrap(),
        "https://j.example/list?p=2"
    );
    assert_eq!(
        older("json", "https://j.example/list?p=2", list, &select),
        None,
        "it does not move"
    );
}

#[test]
fn an_incident_whose_gravity_nobody_states_is_not_grave_by_nought() {
    let of = |row: &str| {
        let body = format!(r#"{{"incidents":[{{"id":"1","name":"Uploads fail",{row}}}]}}"#);
        let read = reading(
            "statuspage",
            "https://s.example/api/v2/incidents.json",
            &body,
            &[],
        );
        numbers(&read.items[0])
    };
    assert_eq!(of(r#""status":"investigating""#), "");
    assert_eq!(of(r#""status":"investigating","impact":null"#), "");
    assert_eq!(of(r#""status":"resolved""#), "severity=0");
    assert_eq!(of(r#""status":"identified","impact":"none""#), "severity=0");
    let parts = r#""status":"identified","components":[{"name":"API","status":"operational"},{"name":"Web","status":"partial_outage"}]"#;
    assert_eq!(of(parts), "severity=2");
    let told = r#""status":"identified","incident_updates":[{"body":"x","affected_components":[{"name":"API","new_status":"major_outage"}]}]"#;
    assert_eq!(of(told), "severity=3");
}

/// As <https://ads.google.com/status/publisher/> and Google Workspace write theirs.
#[test]
fn incidents_of_googles_dashboards() {
    let body = r#"[{"id":"aXb9","number":"1183","begin":"2026-10-02T08:10:00+00:00","created":"2026-10-02T08:31:07+00:00","modified":"2026-10-02T09:00:00+00:00",
        "external_desc":"**Summary**\nUsers see errors in Campaign Manager\n\n**Details** more","updates":[{"created":"2026-10-02T09:00:00+00:00","modified":"2026-10-02T09:00:00+00:00","when":"2026-10-02T09:00:00+00:00","text":"We are still looking into it.","status":"SERVICE_DISRUPTION","affected_locations":[]},{"text":"We look into it.","status":"SERVICE_DISRUPTION"}],
        "most_recent_update":{"text":"We are still looking into it."},"status_impact":"SERVICE_DISRUPTION","severity":"medium","service_key":"k","service_name":" Campaign Manager 360","affected_products":[{"title":"Campaign Manager 360","id":"c"}],"uri":"incidents/aXb9","currently_affected_locations":[]},
        null,
        {"id":"old1","begin":"2026-09-01T08:00:00+00:00","end":"2026-09-01T09:00:00+00:00","external_desc":"Reports were late","status_impact":"SERVICE_OUTAGE","severity":"high","service_name":"Google Ads","uri":"incidents/old1","updates":[]}]"#;
    let read = reading(
        "statuspage",
        "https://ads.google.com/status/publisher/incidents.json",
        body,
        &[],
    );
    assert_eq!(read.outcome, ReadOutcome::Read);
    let [open, over] = read.items.as_slice() else {
        panic!("{:?}", read.items)
    };
    assert_eq!(
        open.title,
        "Campaign Manager 360: Users see errors in Campaign Manager"
    );
    assert_eq!(
        open.summary,
        "We are still looking into it.\nWe look into it."
    );
    assert_eq!(open.published.unwrap().to_string(), "2026-10-02T08:10:00Z");
    assert_eq!(open.updated.unwrap().to_string(), "2026-10-02T09:00:00Z");
    assert_eq!(
        open.link.as_deref(),
        Some("https://ads.google.com/status/publisher/incidents/aXb9")
    );
    assert_eq!(
        open.tags,
        ["open", "SERVICE_DISRUPTION", "Campaign Manager 360"]
    );
    assert_eq!(
        (numbers(open), numbers(over)),
        ("severity=2".to_owned(), "severity=0".to_owned())
    );
    assert_eq!(over.tags, ["resolved", "SERVICE_OUTAGE"]);
    assert_eq!(read.notes.len(), 1);
}
