//! A series as a small chart: bars as a picture for HTML, blocks of text elsewhere, words beside both.
//!
//! The picture holds no text, so it needs no fonts: what it shows is said in words under it and in
//! its `alt`. Its colours are of middle tone on a clear ground, to be seen on light and dark alike,
//! and it is drawn at twice its size for sharp screens.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use resvg::{tiny_skia, usvg};
use serde::Serialize;

use super::dates::Dates;
use super::numbers::decimal;
use super::wording::line;
use super::words::Words;
use crate::model::{Finding, InlineImage, Series};

/// Size on the page.
const WIDTH: u32 = 280;
const HEIGHT: u32 = 44;
/// Pixels for each of these.
const SCALE: u32 = 2;
/// Most bars; of longer series the end is shown.
const MOST: usize = 40;
/// Contrast of at least 3 : 1 on white and on our dark ground (WCAG 2.2, 1.4.11).
const BAR: &str = "#4a80e0";
const GROUND: &str = "#8a94a3";
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A chart as templates see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Chart {
    /// Content id of the picture.
    pub(super) cid: String,
    /// Its size on the page.
    pub(super) width: u32,
    /// The same.
    pub(super) height: u32,
    /// The same in a line of text: `▁▁▂▅█`.
    pub(super) spark: String,
    /// What it shows, in words.
    pub(super) caption: String,
    /// The numbers in words, for those who do not see the picture.
    pub(super) alt: String,
    /// The numbers; `null` where one is not known.
    pub(super) values: Vec<Option<f64>>,
}

impl Chart {
    /// The chart of the first series among a finding's evidence.
    pub(super) fn of(finding: &Finding, id: &str, words: Words, dates: &Dates) -> Option<Self> {
        let series = finding.evidence.iter().find_map(Series::of)?;
        let skipped = series.values.len().saturating_sub(MOST);
        let values = series.values[skipped..].to_vec();
        let numbers: Vec<String> = values
            .iter()
            .map(|value| value.map_or("—".to_owned(), |v| decimal(words.language, v, 1)))
            .collect();
        // a trend is drawn up to when its stage was looked at
        let stage = finding.evidence.iter().find(|e| e.kind == "stage");
        let looked_at = stage.and_then(|e| e.place.as_deref()?.parse().ok());
        let until = looked_at.unwrap_or(finding.detected_at);
        let caption = caption(&series, values.len(), until, words, dates)?;
        Some(Self {
            cid: format!("chart-{id}@tidewatch"),
            width: WIDTH,
            height: HEIGHT,
            spark: spark(&values),
            alt: format!("{caption}: {}", numbers.join(", ")),
            caption,
            values,
        })
    }

    /// The picture; `None` if it cannot be drawn, and then the `alt` stands in its place.
    pub(super) fn image(&self) -> Option<InlineImage> {
        let tree = usvg::Tree::from_str(&svg(&self.values), &usvg::Options::default()).ok()?;
        let mut pixels = tiny_skia::Pixmap::new(WIDTH * SCALE, HEIGHT * SCALE)?;
        let scale = tiny_skia::Transform::from_scale(SCALE as f32, SCALE as f32);
        resvg::render(&tree, scale, &mut pixels.as_mut());
        Some(InlineImage {
            cid: self.cid.clone(),
            png: pixels.encode_png().ok()?,
        })
    }
}

fn caption(
    series: &Series,
    steps: usize,
    until: Timestamp,
    words: Words,
    dates: &Dates,
) -> Option<String> {
    let span = series.step.checked_mul(i32::try_from(steps).ok()?)?;
    let since = until.checked_sub(span).ok()?;
    let what = words
        .try_say(&format!("series-{}", series.of), &[])
        .unwrap_or_else(|| line(&series.of));
    let peak = series.values.iter().flatten().copied().fold(0.0, f64::max);
    Some(words.say_with(
        "chart-caption",
        &[
            ("what", what.into()),
            ("step", step(series.step, words).into()),
            ("since", dates.moment(since).into()),
            ("peak", decimal(words.language, peak, 1).into()),
        ],
    ))
}

fn step(step: SignedDuration, words: Words) -> String {
    let (key, count) = match (step.as_mins(), step.as_hours()) {
        (mins, _) if mins % 60 != 0 => ("span-minutes", mins),
        (_, hours) if hours % 24 != 0 => ("span-hours", hours),
        (_, hours) => ("span-days", hours / 24),
    };
    words.say_with(key, &[("count", count.into())])
}

/// Each value's share of the greatest, 0–1.
fn shares(values: &[Option<f64>]) -> impl Iterator<Item = Option<f64>> {
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    values.iter().map(move |value| {
        let share = |value: f64| {
            if most > 0.0 {
                (value / most).max(0.0)
            } else {
                0.0
            }
        };
        value.map(share)
    })
}

/// Blocks of text: what is above zero stands above the lowest block, what is unknown is a gap.
fn spark(values: &[Option<f64>]) -> String {
    let top = BLOCKS.len() - 1;
    shares(values)
        .map(|share| match share {
            None => '·',
            Some(share) if share <= 0.0 => BLOCKS[0],
            Some(share) => BLOCKS[((share * top as f64).round() as usize).clamp(1, top)],
        })
        .collect()
}

fn svg(values: &[Option<f64>]) -> String {
    let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
    // edges on whole pixels are sharp, and small as PNG
    let whole = |value: f64| (value * f64::from(SCALE)).round() / f64::from(SCALE);
    let slot = width / values.len().max(1) as f64;
    // a few values make no wide blocks
    let bar = whole((slot * 0.78).min(24.0));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\
         <rect x=\"0\" y=\"{}\" width=\"{WIDTH}\" height=\"1\" fill=\"{GROUND}\"/>",
        height - 1.0
    );
    for (at, share) in shares(values).enumerate() {
        let Some(share) = share.filter(|share| *share > 0.0) else {
            continue;
        };
        let tall = whole((share * (height - 3.0)).max(2.0));
        let _ = write!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{bar}\" height=\"{tall}\" fill=\"{BAR}\"/>",
            whole(slot * at as f64 + (slot - bar) / 2.0),
            height - 1.0 - tall,
        );
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blocks_tell_nothing_little_and_much_apart() {
        let some = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
        assert_eq!(spark(&some(&[0.0, 1.0, 100.0, 50.0])), "▁▂█▅");
        assert_eq!(spark(&some(&[0.0, 0.0])), "▁▁");
        assert_eq!(spark(&[None, Some(3.0)]), "·█");
    }

    #[test]
    fn a_picture_is_small_and_always_the_same() {
        let chart = Chart {
            cid: "c".to_owned(),
            width: WIDTH,
            height: HEIGHT,
            spark: String::new(),
            caption: String::new(),
            alt: String::new(),
            values: (0..40).map(|n| Some(f64::from(n * n))).collect(),
        };
        let image = chart.image().expect("drawn");
        assert_eq!(&image.png[..8], b"\x89PNG\r\n\x1a\n");
        assert!(image.png.len() < 2_000, "{} bytes", image.png.len());
        assert_eq!(chart.image(), Some(image));
    }

    proptest! {
        #[test]
        fn any_numbers_are_drawn(values in proptest::collection::vec(
            proptest::option::of(proptest::num::f64::ANY), 0..60,
        )) {
            let finite: Vec<_> = values.into_iter().map(|v| v.filter(|v| v.is_finite())).collect();
            prop_assert_eq!(spark(&finite).chars().count(), finite.len());
            prop_assert!(usvg::Tree::from_str(&svg(&finite), &usvg::Options::default()).is_ok());
        }
    }
}
