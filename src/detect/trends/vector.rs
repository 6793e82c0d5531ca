//! Sparse vectors: terms by key with a weight, in order of key.

/// A sparse vector, sorted by key, each key once.
pub(super) type Vector = Vec<(u32, f32)>;

/// Scales a vector to length 1.
pub(super) fn normalise(vector: &mut [(u32, f32)]) {
    let length = length(vector);
    if length > 0.0 {
        for (_, weight) in vector {
            *weight /= length;
        }
    }
}

/// Euclidean length.
pub(super) fn length(vector: &[(u32, f32)]) -> f32 {
    vector.iter().map(|(_, w)| w * w).sum::<f32>().sqrt()
}

/// Inner product of two sorted vectors.
pub(super) fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i < a.len() && j < b.len() {
        let (left, right) = (a[i], b[j]);
        if left.0 == right.0 {
            sum += left.1 * right.1;
        }
        // no branch to mispredict: each side steps on unless it is ahead
        i += usize::from(left.0 <= right.0);
        j += usize::from(right.0 <= left.0);
    }
    sum
}

/// How many entries two lists, each in order, have in common.
pub(super) fn in_common<T: Ord + Copy>(a: &[T], b: &[T]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let (left, right) = (a[i], b[j]);
        shared += usize::from(left == right);
        i += usize::from(left <= right);
        j += usize::from(right <= left);
    }
    shared
}

/// Adds a vector to a sum.
pub(super) fn add_to(sum: &mut Vector, vector: &[(u32, f32)]) {
    if sum.is_empty() {
        sum.extend_from_slice(vector);
        sum.shrink_to_fit();
        return;
    }
    let mut merged = Vec::with_capacity(sum.len() + vector.len());
    let (mut i, mut j) = (0, 0);
    while i < sum.len() && j < vector.len() {
        let (left, right) = (sum[i], vector[j]);
        match left.0.cmp(&right.0) {
            std::cmp::Ordering::Less => {
                merged.push(left);
                i += 1;
            }
            std::cmp::Ordering::Greater => {
                merged.push(right);
                j += 1;
            }
            std::cmp::Ordering::Equal => {
                merged.push((left.0, left.1 + right.1));
                i += 1;
                j += 1;
            }
        }
    }
    merged.extend_from_slice(&sum[i..]);
    merged.extend_from_slice(&vector[j..]);
    *sum = merged;
}

/// Keeps the `most` heaviest terms, the smaller key where weights are equal.
pub(super) fn keep_heaviest(vector: &mut Vector, most: usize) {
    if vector.len() > most {
        vector.select_nth_unstable_by(most, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        vector.truncate(most);
        vector.sort_unstable_by_key(|term| term.0);
    }
}

/// The `most` heaviest terms, heaviest first.
pub(super) fn heaviest(vector: &[(u32, f32)], most: usize) -> Vector {
    let mut heavy = vector.to_vec();
    if most == 0 {
        return Vector::new();
    }
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if heavy.len() > most {
        heavy.select_nth_unstable_by(most, order);
        heavy.truncate(most);
    }
    heavy.sort_unstable_by(order);
    heavy
}
