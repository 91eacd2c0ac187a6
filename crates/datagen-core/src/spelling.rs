//! Spelling: the name that was probably meant.

/// The nearest of some names, if one is near: at most a third of its letters differ, apart from their case.
///
/// ```
/// use seedbed_datagen_core::nearest;
/// assert_eq!(nearest("flim", ["actor", "film"]).as_deref(), Some("film"));
/// ```
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    names
        .into_iter()
        .map(|n| (edit_distance(&name.to_lowercase(), &n.to_lowercase()), n))
        .filter(|(d, n)| *d * 3 <= n.chars().count().max(3))
        .min()
        .map(|(_, n)| n.to_owned())
}

/// Edits that turn one word into the other: letters put in, left out, exchanged, or swapped with their neighbour (optimal
/// string alignment).
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let swap = if swapped { table[i - 2][j - 2] + 1 } else { usize::MAX };
                change.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(swap)
            };
        }
    }
    table[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_near_and_another_word_is_not() {
        assert_eq!(nearest("flim", ["actor", "film", "filing"]), Some("film".to_owned()));
        assert_eq!(nearest("customers", ["customer", "orders"]), Some("customer".to_owned()));
        assert_eq!(nearest("xyz", ["film"]), None);
    }
}
