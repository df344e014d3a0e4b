//! "Did you mean": the nearest of a list of names.

/// The candidate nearest to `name` by edits (insert, delete, replace, swap of neighbours), letters compared without case;
/// none when even the nearest differs in more than a third of its characters (at least one edit is always allowed).
///
/// Linear in the number of candidates; names over 64 characters have no suggestion.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.chars().take(65).flat_map(char::to_lowercase).collect();
    if wanted.is_empty() || wanted.len() > 64 {
        return None;
    }
    let limit = (wanted.len() / 3).max(1);
    let places = Places::of(&wanted);
    let scored = candidates.into_iter().filter_map(|candidate| {
        if let Some(places) = places.as_ref().filter(|_| candidate.is_ascii()) {
            if candidate.len() > 64 || candidate.len().abs_diff(wanted.len()) > limit {
                return None;
            }
            let distance = places.edits(candidate.bytes().map(|byte| byte.to_ascii_lowercase()));
            return (distance <= limit).then_some((distance, candidate));
        }
        let letters: Vec<char> = candidate.chars().take(65).flat_map(char::to_lowercase).collect();
        if letters.len() > 64 || letters.len().abs_diff(wanted.len()) > limit {
            return None;
        }
        let distance = edits(&wanted, &letters);
        (distance <= limit).then_some((distance, candidate))
    });
    scored.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// Where each letter of an ASCII name of at most 64 letters stands, one bit a place.
struct Places {
    of: [u64; 128],
    length: usize,
}

impl Places {
    fn of(letters: &[char]) -> Option<Self> {
        let mut of = [0; 128];
        for (at, letter) in letters.iter().enumerate() {
            *of.get_mut(*letter as usize)? |= 1 << at;
        }
        Some(Self { of, length: letters.len() })
    }

    /// The distance of [`edits`], a column of its table a step: Hyyro's bit-vector algorithm, in which a bit says whether the
    /// entry is one more or one less than the one above.
    fn edits(&self, text: impl Iterator<Item = u8>) -> usize {
        let last = 1_u64 << (self.length - 1);
        let (mut more, mut less, mut diagonal, mut before) = (u64::MAX, 0_u64, 0_u64, 0_u64);
        let mut distance = self.length;
        for byte in text {
            let here = self.of.get(usize::from(byte)).copied().unwrap_or(0);
            let swapped = ((!diagonal & here) << 1) & before;
            diagonal = ((here & more).wrapping_add(more) ^ more) | here | less | swapped;
            let (up, down) = (less | !(diagonal | more), diagonal & more);
            distance = distance + usize::from(up & last != 0) - usize::from(down & last != 0);
            let up = up << 1 | 1;
            more = down << 1 | !(diagonal | up);
            less = up & diagonal;
            before = here;
        }
        distance
    }
}

/// Optimal string alignment distance over three rolling rows.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], k: usize| row.get(k).copied().unwrap_or(usize::MAX / 2);
            let replace = at(&last, j) + usize::from(x != y);
            let mut best = replace.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = last;
        last = row;
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bits_count_the_same_edits(a in "[abc]{1,7}|[a-d]{60,64}", b in "[abc]{0,7}|[a-d]{55,70}") {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            let places = Places::of(&letters(&a)).unwrap();
            prop_assert_eq!(places.edits(b.bytes()), edits(&letters(&a), &letters(&b)), "{} {}", a, b);
        }
    }

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let names = ["Statement", "Version", "Effect", "Action"];
        assert_eq!(nearest("Statment", names), Some("Statement"));
        assert_eq!(nearest("statement", names), Some("Statement"));
        assert_eq!(nearest("Efefct", names), Some("Effect"));
        assert_eq!(nearest("Banana", names), None);
        assert_eq!(nearest("", names), None);
    }
}
