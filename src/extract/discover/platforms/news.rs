//! Reddit, Hacker News, GitHub, Google, Medium.

use super::{is_word, read, url, with_query};
use crate::extract::discover::address::Address;
use crate::extract::discover::{Candidate, Place, Step, name};

pub(super) fn reddit(address: &Address) -> Option<Step> {
    if address.host != "reddit.com" {
        return None;
    }
    let name = address.part(1);
    if !is_word(&name.replace(['-', '+'], "_")) {
        return None;
    }
    if address.parts.iter().any(|part| part == ".rss") || address.ends_with(".rss") {
        let candidate = Candidate::new("reddit", address.url.clone(), "the subreddit's feed");
        return read([candidate.named("reddit", name)]);
    }
    let feed = |path: &str, what: &str| {
        let mut url = url(&format!("https://www.reddit.com/{path}/.rss"))?;
        if path.ends_with("/top") {
            let span = address.query("t").unwrap_or_else(|| "day".to_owned());
            url.query_pairs_mut().append_pair("t", &span);
        }
        Some(Candidate::new("reddit", url, what).named("reddit", name))
    };
    let top = || {
        feed(
            &format!("r/{name}/top"),
            "the subreddit's best posts of the day, ranked",
        )
    };
    let new = || feed(&format!("r/{name}/new"), "the subreddit's newest posts");
    match (address.part(0), address.part(2)) {
        ("r", "new") => read([new()?, top()?]),
        ("r", order @ ("hot" | "rising" | "controversial")) => read([feed(
            &format!("r/{name}/{order}"),
            "the subreddit's posts, ranked",
        )?]),
        ("r", _) => read([top()?, new()?]),
        ("user" | "u", _) => read([feed(&format!("user/{name}/submitted"), "the user's posts")?]),
        _ => None,
    }
}

pub(super) fn hackernews(address: &Address) -> Option<Step> {
    if address.host != "news.ycombinator.com" {
        return None;
    }
    let search = |path: &str, pairs: &[(&str, &str)], what: &str| {
        let url = with_query(&format!("https://hn.algolia.com/api/v1/{path}"), pairs)?;
        let stem = format!(
            "hackernews-{}",
            name::slug(what.rsplit(": ").next().unwrap_or(what))
        );
        Some(Candidate {
            stem: Some(stem),
            owner: Some("hackernews".to_owned()),
            title: Some(what.to_owned()),
            ..Candidate::new("hackernews", url, format!("{what}, with points"))
        })
    };
    let front = || {
        search(
            "search",
            &[("tags", "front_page"), ("hitsPerPage", "50")],
            "Hacker News: front page",
        )
    };
    let high = || {
        let pairs = [("tags", "story"), ("numericFilters", "points>50")];
        search(
            "search_by_date",
            &pairs,
            "Hacker News: stories over 50 points",
        )
    };
    match address.part(0) {
        "" | "news" | "front" | "best" => read([front()?, high()?]),
        "newest" => read([
            search(
                "search_by_date",
                &[("tags", "story")],
                "Hacker News: new stories",
            )?,
            high()?,
        ]),
        "ask" => read([search(
            "search_by_date",
            &[("tags", "ask_hn")],
            "Hacker News: Ask HN",
        )?]),
        "show" => read([search(
            "search_by_date",
            &[("tags", "show_hn")],
            "Hacker News: Show HN",
        )?]),
        "user" | "submitted" => {
            let id = address.query("id")?;
            let pairs = [("tags", &*format!("story,author_{id}"))];
            read([search(
                "search_by_date",
                &pairs,
                &format!("Hacker News: {id}"),
            )?])
        }
        _ => None,
    }
}

pub(super) fn github(address: &Address) -> Option<Step> {
    let (owner, repo) = (address.part(0), address.part(1).trim_end_matches(".git"));
    if address.host != "github.com" || repo.is_empty() || address.ends_with(".atom") {
        return None;
    }
    let is_text = |path: &str| {
        let lower = path.to_ascii_lowercase();
        [".md", ".markdown", ".mdx", ".rst", ".txt"]
            .iter()
            .any(|ending| lower.ends_with(ending))
    };
    if matches!(address.part(2), "blob" | "raw") && is_text(address.url.path()) {
        let path = address.parts[3..].join("/");
        let url = url(&format!(
            "https://raw.githubusercontent.com/{owner}/{repo}/{path}"
        ))?;
        return Some(Step::Look(url, Place::Anything));
    }
    if matches!(
        address.part(2),
        "blob" | "raw" | "wiki" | "discussions" | "issues" | "pull" | "pulls"
    ) {
        return None;
    }
    let feed = |path: &str, what: &str| {
        let url = url(&format!("https://github.com/{owner}/{repo}/{path}.atom"))?;
        Some(Candidate {
            stem: Some(format!("github-{}", name::slug(&format!("{owner} {repo}")))),
            owner: Some(name::slug(owner)),
            ..Candidate::new("feed", url, what)
        })
    };
    let releases = || feed("releases", "the repository's releases");
    let tags = || feed("tags", "the repository's tags");
    match address.part(2) {
        "commits" => read([feed(
            format!(
                "commits/{}",
                address.parts.get(3..).unwrap_or_default().join("/")
            )
            .trim_end_matches('/'),
            "the repository's commits",
        )?]),
        "tags" => read([tags()?, releases()?]),
        _ => read([releases()?, tags()?]),
    }
}

pub(super) fn google(address: &Address) -> Option<Step> {
    match (address.host.as_str(), address.part(0)) {
        ("trends.google.com", first) if first != "explore" => {
            if address.part(1) == "rss" {
                return read([Candidate::new(
                    "googletrends",
                    address.url.clone(),
                    "trending searches",
                )]);
            }
            let geo = address.query("geo").unwrap_or_else(|| "US".to_owned());
            let url = with_query("https://trends.google.com/trending/rss", &[("geo", &geo)])?;
            let candidate =
                Candidate::new("googletrends", url, format!("trending searches of {geo}"));
            read([Candidate {
                stem: Some(format!("google-trends-{}", name::slug(&geo))),
                owner: Some("google-trends".to_owned()),
                title: Some(format!("Google Trends: {geo}")),
                ..candidate
            }])
        }
        ("news.google.com", "search" | "topics" | "topstories" | "publications" | "home") => {
            let mut url = address.url.clone();
            let path = match address.part(0) {
                "home" => "/rss".to_owned(),
                _ => format!("/rss{}", address.url.path()),
            };
            url.set_path(&path);
            let query = address.query("q").unwrap_or_default();
            let candidate = Candidate::new("feed", url, "Google News as a feed");
            read([Candidate {
                stem: Some(
                    format!("google-news-{}", name::slug(&query))
                        .trim_end_matches('-')
                        .to_owned(),
                ),
                owner: Some("google-news".to_owned()),
                ..candidate
            }])
        }
        _ => None,
    }
}

pub(super) fn medium(address: &Address) -> Option<Step> {
    let feed = |text: &str| read([Candidate::new("feed", url(text)?, "Medium's own feed")]);
    if let Some(user) = address.host.strip_suffix(".medium.com") {
        return feed(&format!("https://{user}.medium.com/feed"));
    }
    if address.host != "medium.com" {
        return None;
    }
    match (address.part(0), address.part(1)) {
        ("feed" | "m" | "search" | "", _) => None,
        ("tag", tag) if !tag.is_empty() => feed(&format!("https://medium.com/feed/tag/{tag}")),
        (name, "" | "latest" | "archive" | "about" | "all") => {
            feed(&format!("https://medium.com/feed/{name}"))
        }
        // an article's address: its author's or publication's feed
        (name, _) => feed(&format!("https://medium.com/feed/{name}")),
    }
}
