//! Which groups of three bytes a text has, so that most of what it hasn't is known without a search.

/// Words of 64 bits, one bit for each hash.
const WORDS: usize = 1 << 9;

/// The groups of three bytes of a text, by a hash of 15 bits each.
pub(super) struct Trigrams {
    seen: [u64; WORDS],
}

impl Trigrams {
    /// One pass over the text.
    pub(super) fn of(text: &str) -> Self {
        let (first, rest) = text.as_bytes().split_at(text.len().min(2));
        let (mut seen, mut hash) = ([0; WORDS], hash(first));
        for byte in rest {
            hash = with(hash, *byte);
            seen[hash >> 6 & (WORDS - 1)] |= 1 << (hash & 63);
        }
        Self { seen }
    }

    /// `false` if the text can't contain the other one; texts of fewer than three bytes are never ruled out.
    pub(super) fn allow(&self, text: &str) -> bool {
        text.as_bytes().windows(3).all(|group| {
            let hash = hash(group);
            self.seen[hash >> 6 & (WORDS - 1)] & 1 << (hash & 63) != 0
        })
    }
}

/// The hash of some bytes, the last three of them.
fn hash(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |hash, byte| with(hash, *byte))
}

/// The hash of the last three bytes, one further on. The lowest five bits tell letters apart, so that groups of letters
/// share none; a byte before the three has been moved out.
fn with(hash: usize, byte: u8) -> usize {
    (hash << 5 ^ usize::from(byte)) & (64 * WORDS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_has_is_never_ruled_out() {
        let text = "create table `t` (id int) engine=innodb;";
        let trigrams = Trigrams::of(text);
        for start in 0..text.len() {
            for end in start..=text.len() {
                assert!(trigrams.allow(&text[start..end]), "{}", &text[start..end]);
            }
        }
        assert!(!trigrams.allow("auto_increment"));
    }
}
