//! Numbers over time in one line of text.

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Nothing is known of that time: missing is not zero.
const UNKNOWN: char = '·';

/// One sign per value: the lowest for 0, the others by share of the greatest, `·` for unknown.
pub(super) fn sparkline(values: impl IntoIterator<Item = Option<u32>>) -> String {
    let values: Vec<Option<u32>> = values.into_iter().collect();
    let most = values.iter().flatten().max().copied().unwrap_or(0).max(1);
    let sign = |value: u32| {
        let steps = LEVELS.len() as u64 - 1;
        let level = (u64::from(value) * steps).div_ceil(u64::from(most));
        LEVELS[level.min(steps) as usize]
    };
    values
        .into_iter()
        .map(|value| value.map_or(UNKNOWN, sign))
        .collect()
}

/// Joins neighbouring values until at most `most` remain; a sum of nothing but unknowns is unknown.
pub(super) fn squeeze(values: &[Option<u32>], most: usize) -> Vec<Option<u32>> {
    let width = values.len().div_ceil(most.max(1)).max(1);
    let sum = |part: &[Option<u32>]| {
        let known: Vec<u32> = part.iter().flatten().copied().collect();
        (!known.is_empty()).then(|| known.iter().sum())
    };
    values.chunks(width).map(sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_lowest_and_unknown_is_none_of_them() {
        assert_eq!(sparkline([Some(0), Some(1), None, Some(7)]), "▁▂·█");
        assert_eq!(sparkline([Some(0), Some(0)]), "▁▁");
        assert_eq!(sparkline([]), "");
        assert_eq!(sparkline([Some(u32::MAX)]), "█");
    }

    #[test]
    fn squeezing_keeps_the_sum() {
        let values = [Some(1), Some(2), None, None, Some(3)];
        assert_eq!(squeeze(&values, 3), [Some(3), None, Some(3)]);
        assert_eq!(squeeze(&[], 3), []);
    }
}
