//! What a page says of itself as a whole: its title, and whether it is an article or a document.
//!
//! The two ask for opposite care. Around an article stand comments and teasers that change by the minute; a
//! document of rules must not lose a clause. A page that names itself by a word of law or policy is a document,
//! whatever its markup says, since publishing systems mark every page as an article.

use scraper::Html;

use crate::extract::html::{clean_text, squeeze};

/// What kind of page this is, which says how hard to prune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    /// News, a post: precision first.
    Article,
    /// Rules, terms, help, anything else: recall first.
    Document,
}

/// A page's own words about itself.
#[derive(Debug)]
pub(super) struct Meta {
    /// Title as a reader would say it, without the site's name where it can be told apart.
    pub(super) title: Option<String>,
    /// How hard to prune.
    pub(super) intent: Intent,
    /// All names the page gives itself: title, `og:title`, first heading.
    names: Vec<String>,
}

impl Meta {
    /// All names the page gives itself.
    pub(super) fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// Reads the page's head and its first heading.
    pub(super) fn of(html: &Html) -> Self {
        let mut heads = Heads::default();
        for node in html.tree.nodes() {
            let Some(element) = node.value().as_element() else {
                continue;
            };
            match element.name() {
                "title" if heads.title.is_none() => heads.title = text_of(node),
                "h1" if heads.h1.is_none() => heads.h1 = text_of(node),
                "meta" => heads.meta(
                    element
                        .attr("property")
                        .or_else(|| element.attr("name"))
                        .or_else(|| element.attr("itemprop"))
                        .unwrap_or_default(),
                    element.attr("content").unwrap_or_default(),
                ),
                // of JSON-LD the parser keeps only that it names an article
                "script" => heads.article |= element.attr("type") == Some("application/ld+json"),
                _ => {
                    heads.article |= element.attr("itemprop") == Some("articleBody")
                        || element.attr("itemtype").is_some_and(|kind| {
                            kind.ends_with("Article") || kind.ends_with("BlogPosting")
                        });
                }
            }
        }
        heads.into_meta()
    }
}

#[derive(Debug, Default)]
struct Heads {
    title: Option<String>,
    og_title: Option<String>,
    h1: Option<String>,
    article: bool,
}

impl Heads {
    fn meta(&mut self, name: &str, content: &str) {
        match name {
            "og:title" => self.og_title = Some(tidy(content)).filter(|title| !title.is_empty()),
            "og:type" => self.article |= content.trim() == "article",
            "article:published_time" | "article:modified_time" | "datePublished" => {
                self.article = true;
            }
            _ => {}
        }
    }

    fn into_meta(self) -> Meta {
        let named = [&self.title, &self.og_title, &self.h1]
            .into_iter()
            .flatten()
            .any(|title| names_a_document(title));
        let intent = if self.article && !named {
            Intent::Article
        } else {
            Intent::Document
        };
        let names = [&self.title, &self.og_title, &self.h1]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        // the heading is the page's own title, the rest also say the site's name
        let title = match (self.h1, self.og_title, self.title) {
            (Some(h1), _, Some(title)) if title.contains(&h1) && h1.chars().count() > 3 => Some(h1),
            (_, Some(og), _) => Some(og),
            (h1, None, title) => title.or(h1),
        };
        Meta {
            title,
            intent,
            names,
        }
    }
}

/// Does a title name a text of rules? Stems in the languages in which platforms publish most.
pub(in crate::extract) fn names_a_document(title: &str) -> bool {
    const STEMS: &[&str] = &[
        "policy",
        "policies",
        "terms of",
        "terms and",
        "terms &",
        "privacy",
        "cookie",
        "guidelines",
        "community standards",
        "agreement",
        "addendum",
        "legal notice",
        "acceptable use",
        "code of conduct",
        "changelog",
        "change log",
        "release notes",
        "license",
        "licence",
        "политика",
        "политики",
        "правила",
        "условия",
        "соглашение",
        "оферта",
        "конфиденциальност",
        "положение о",
        "регламент",
        "стандарты сообщества",
        "politique de",
        "politiques de",
        "conditions générales",
        "conditions d’utilisation",
        "conditions d'utilisation",
        "conditions de service",
        "confidentialité",
        "règles",
        "règlement",
        "mentions légales",
        "standards de la communauté",
        "datenschutz",
        "nutzungsbedingungen",
        "richtlinie",
        "geschäftsbedingungen",
        "impressum",
        "política de",
        "políticas de",
        "términos",
        "condiciones de",
        "privacidad",
        "privacidade",
        "termos de",
        "informativa",
        "privacybeleid",
        "voorwaarden",
    ];
    let lower = title.to_lowercase();
    // a headline about rules is long; their own name is short
    lower.chars().count() <= 120
        && STEMS.iter().any(|stem| lower.contains(stem))
        && lower.split_whitespace().count() <= 14
}

fn text_of(node: ego_tree::NodeRef<'_, scraper::Node>) -> Option<String> {
    let mut text = String::new();
    for inner in node.descendants() {
        if let Some(inner) = inner.value().as_text() {
            text.push_str(inner);
        }
    }
    Some(tidy(&text)).filter(|text| !text.is_empty())
}

fn tidy(text: &str) -> String {
    let mut out = String::new();
    squeeze(&clean_text(text), &mut out);
    out.truncate(out.trim_end().len());
    out
}
