//! Telegram and VK.

use super::{is_word, read, url, with_query};
use crate::extract::discover::address::Address;
use crate::extract::discover::{Candidate, Need, Step};

pub(super) fn telegram(address: &Address) -> Option<Step> {
    const OTHERS: &[&str] = &[
        "addstickers",
        "addemoji",
        "addtheme",
        "addlist",
        "share",
        "proxy",
        "socks",
        "login",
        "iv",
        "bg",
        "setlanguage",
        "invoice",
        "giftcode",
        "confirmphone",
        "boost",
    ];
    let name = match address.host.as_str() {
        "t.me" | "telegram.me" | "telegram.dog" => match address.part(0) {
            "s" => address.part(1),
            first => first,
        },
        host => host.strip_suffix(".t.me").filter(|name| is_word(name))?,
    };
    if name.starts_with('+') || matches!(name, "joinchat" | "c") {
        let why = "a private channel or group of Telegram: only public channels have a preview";
        return Some(Step::Closed(why.to_owned()));
    }
    if !is_word(name) || OTHERS.contains(&name) {
        return None;
    }
    let url = url(&format!("https://t.me/s/{name}"))?;
    read([Candidate::new("telegram", url, "the channel's public preview").named("tg", name)])
}

pub(super) fn vk(address: &Address) -> Option<Step> {
    const OTHERS: &[&str] = &[
        "feed", "video", "music", "im", "groups", "search", "away.php", "login", "about", "terms",
        "privacy", "support", "dev", "apps", "market", "clips", "ads", "legal", "licence", "faq",
    ];
    if !matches!(address.host.as_str(), "vk.com" | "vk.ru" | "vkontakte.ru") {
        return None;
    }
    let name = address.part(0);
    if name.is_empty() || OTHERS.contains(&name) || !is_word(&name.replace(['.', '-'], "_")) {
        return None;
    }
    let number = |prefix: &str| {
        let digits = name.strip_prefix(prefix)?;
        (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
    };
    let group = number("club")
        .or_else(|| number("public"))
        .or_else(|| number("event"));
    let owner = match (group, number("id"), name.strip_prefix("wall")) {
        (Some(group), _, _) => Some(format!("-{group}")),
        (_, Some(person), _) => Some(person.to_owned()),
        (_, _, Some(wall)) if wall.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
            Some(wall.split('_').next().unwrap_or(wall).to_owned())
        }
        _ => None,
    };
    let who = match &owner {
        Some(owner) => ("owner_id", owner.as_str()),
        None => ("domain", name),
    };
    let url = with_query(
        "https://api.vk.com/method/wall.get",
        &[who, ("count", "50"), ("v", "5.199")],
    )?;
    let candidate = Candidate {
        needs: Some(Need::VkServiceKey),
        ..Candidate::new("vk", url, "the community's wall by VK's API, with numbers")
    };
    read([candidate.named("vk", name)])
}
