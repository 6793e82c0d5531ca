//! In which order a reader's goal puts trends. Each order names its number, and a number that public
//! data does not hold is absent, never 0. Nothing here says anything about sales: under that goal
//! trends come first that offers, prices and advertising are spoken of in, since what sells only the
//! owner's own figures can say.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::TrendView;
use crate::model::{Goal, Role, russian_stem};
use crate::store::TrendMember;

/// What is recent for velocity.
const RECENT: SignedDuration = SignedDuration::from_hours(6);
/// Tags of sources that write about advertising and trade.
const TRADE: [&str; 8] = [
    "ads",
    "advertising",
    "commerce",
    "ecommerce",
    "shop",
    "price",
    "prices",
    "monetisation",
];
/// Words of offers and prices in a title.
const OFFERS: [&str; 20] = [
    "price",
    "prices",
    "pricing",
    "discount",
    "discounts",
    "coupon",
    "coupons",
    "voucher",
    "vouchers",
    "checkout",
    "cashback",
    "promo",
    "ads",
    "advertisers",
    "advertising",
    "ecommerce",
    "marketplace",
    "marketplaces",
    "affiliate",
    "shopping",
];
/// The same in Russian, in any form.
const OFFERS_RU: [&str; 14] = [
    "цена",
    "скидка",
    "распродажа",
    "промокод",
    "кешбэк",
    "кэшбэк",
    "тариф",
    "реклама",
    "рекламодатель",
    "маркетплейс",
    "покупка",
    "покупатель",
    "купон",
    "оплата",
];

/// A number by which trends are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// The goal.
    pub goal: Goal,
    /// What it is, with its unit.
    pub name: &'static str,
    /// How it comes about, and what it does not say.
    pub about: &'static str,
    /// The number; `None` where the sources do not show what it is made of.
    pub value: Option<f64>,
}

/// The numbers of all goals.
pub(super) fn measures(view: &TrendView, members: &[TrendMember], now: Timestamp) -> Vec<Measure> {
    let goals = [Goal::Awareness, Goal::Buzz, Goal::Community, Goal::Sales];
    let measures = goals.map(|goal| measure(goal, view, members, now));
    measures.to_vec()
}

/// The number that a goal orders by.
pub(super) fn measure(
    goal: Goal,
    view: &TrendView,
    members: &[TrendMember],
    now: Timestamp,
) -> Measure {
    let (name, about, value) = match goal {
        Goal::Awareness => {
            let volume = (1.0 + view.items as f64).log2();
            (
                "owners × log₂ items",
                "how many independent owners speak of it, and how much; reach is not public",
                Some(view.owners as f64 * volume),
            )
        }
        // velocity over the last hours, weighed by whether it grows
        Goal::Buzz => {
            let recent = now.saturating_sub(RECENT).unwrap_or(Timestamp::MIN);
            let fresh = members.iter().filter(|m| m.at >= recent).count();
            let per_hour = fresh as f64 / RECENT.as_hours() as f64;
            let growth = view.evidence.acceleration.clamp(0.1, 10.0);
            (
                "items/h × growth",
                "items an hour over the last 6 h, times its voices against as long before, at its own pace",
                Some(per_hour * growth),
            )
        }
        Goal::Community => {
            let shown: Vec<f64> = members.iter().filter_map(|m| m.comments).collect();
            let sum = (!shown.is_empty()).then(|| shown.iter().sum());
            (
                "comments",
                "comments on its items; — where no source shows them",
                sum,
            )
        }
        Goal::Sales => {
            let near = members.iter().filter(|m| is_near_offers(m)).count();
            (
                "items on offers",
                "items of competitors, of sources tagged ads or commerce, or with a word of prices, discounts, \
                 advertising in the title; — for none; sales themselves are not public",
                (near > 0).then_some(near as f64),
            )
        }
    };
    Measure {
        goal,
        name,
        about,
        value,
    }
}

/// Does an item come from who sells, or speak of buying?
fn is_near_offers(member: &TrendMember) -> bool {
    static RUSSIAN: LazyLock<HashSet<String>> =
        LazyLock::new(|| OFFERS_RU.iter().map(|word| russian_stem(word)).collect());
    if member.role == Role::Competitor || member.tags.iter().any(|t| TRADE.contains(&t.as_str())) {
        return true;
    }
    let title = member.title.to_lowercase();
    let mut words = title.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        OFFERS.contains(&word) || (!word.is_ascii() && RUSSIAN.contains(&russian_stem(word)))
    })
}
