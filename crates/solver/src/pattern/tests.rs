use super::*;
use proptest::prelude::*;
use regex::Regex;
use std::collections::BTreeSet;

/// Every listed string matches and has a length within the limits; unambiguous lists don't repeat themselves.
fn check(pattern: &str, min_chars: u32, max_chars: Option<u32>) -> PatternList {
    let list = PatternList::new(pattern, min_chars, max_chars).unwrap_or_else(|e| panic!("{e}"));
    let regex = Regex::new(pattern).expect("read by the same parser");
    let ordinals: Vec<u128> = match u64::try_from(list.len()).map(u128::from) {
        Ok(len) if len <= 300 => (0..len).collect(),
        Ok(len) => (0..150).chain((0..150).map(|i| len - 1 - i * (len / 300))).collect(),
        Err(_) => (0..300).map(|i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15).into()).collect(),
    };
    let distinct: BTreeSet<u128> = ordinals.iter().copied().collect();
    let texts: BTreeSet<String> = distinct.iter().map(|&o| list.at(o)).collect();
    for text in &texts {
        let chars = text.chars().count() as u32;
        assert!(regex.is_match(text), "`{text}` does not match `{pattern}`");
        assert!(chars >= min_chars && max_chars.is_none_or(|m| chars <= m), "`{text}` of `{pattern}`");
    }
    if list.is_unambiguous() {
        assert_eq!(texts.len(), distinct.len(), "repeats of `{pattern}`");
    }
    list
}

#[test]
fn counts_of_small_languages() {
    for (pattern, len, unambiguous) in [
        ("^abc$", 1, true),
        ("abc", 1, true),
        ("^[0-9]{3}$", 1_000, true),
        ("^(red|green|blue)$", 3, true),
        ("^(a|a|b)$", 2, true),
        ("^a?b?$", 4, true),
        ("^[ab]{1,3}$", 14, true),
        ("^(yes|no|)$", 3, true),
        ("^x(1|22)y$", 2, true),
        ("^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", 2_400, true),
        ("^(?:[0-9]|[1-9][0-9])$", 100, true),
        ("(?i)^ab$", 4, true),
        (r"\A[A-Z]{2}\z", 676, true),
        ("^(a|aa){2}$", 4, false),
        ("(^a|^b)c", 2, true),
    ] {
        let list = check(pattern, 0, None);
        assert_eq!((list.len(), list.is_unambiguous()), (len, unambiguous), "{pattern}");
    }
}

#[test]
fn lengths_are_kept() {
    assert_eq!(check("^[a-c]*$", 2, Some(3)).len(), 9 + 27);
    assert_eq!(check("^a+$", 5, Some(5)).at(0), "aaaaa");
    assert_eq!(check("^.{3}$", 0, Some(10)).len(), 36 * 36 * 36);
    // Nothing is written at an open end unless the length asks for it.
    assert_eq!(check("x", 0, Some(10)).len(), 1);
    assert_eq!(check("x$", 3, Some(3)).len(), 36 * 36);
    assert_eq!(check("^x", 2, Some(3)).len(), 36 + 36 * 36);
    assert_eq!(check("^(.{40})*$", 1, Some(50)).at(0).chars().count(), 40);
}

#[test]
fn common_checks_have_long_unambiguous_lists() {
    for pattern in [
        r"^[^@]+@[^@]+\.[a-z]{2,}$",
        r"^.*@.*$",
        r"^[a-z][a-z0-9_]*$",
        r"^\+?[0-9]{7,15}$",
        r"^[A-Z]{3}-[0-9]{4}$",
        r"^#[0-9a-fA-F]{6}$",
        r"^https?://.+$",
        r"^\d{4}-\d{2}-\d{2}$",
        r"^([a-z]+,)*$",
        r"^[а-я]+$",
    ] {
        let list = check(pattern, 1, Some(60));
        assert!(list.len() > 100_000, "{pattern} has {}", list.len());
        assert!(list.is_unambiguous(), "{pattern}");
    }
}

#[test]
fn classes_read_well() {
    assert!(check(r"^.{8}$", 0, None).at(12_345).chars().all(|c| c.is_ascii_alphanumeric()));
    assert_eq!(check(r"^\s$", 0, None).at(0), " ");
    assert_eq!(check(r"^[\t]$", 0, None).at(0), "\t");
    assert_eq!(check(r"^[-_]$", 0, None).len(), 2);
}

#[test]
fn the_most_selective_expression_is_listed() {
    let all = |patterns: &[&str]| {
        let patterns: Vec<String> = patterns.iter().map(|&p| p.to_owned()).collect();
        PatternList::all(&patterns, 0, None)
    };
    assert_eq!(all(&["^[a-z]+$", "^[abc]$", r"\bx"]).unwrap().len(), 3);
    assert_eq!(all(&[r"\bx"]).unwrap_err().code(), "pattern-unsupported");
    assert_eq!(all(&["^a$", "^b{900}$", "(?:"]).unwrap().len(), 1);
    assert_eq!(all(&[]).unwrap().at(0), "");
}

#[test]
fn what_has_no_list_says_why() {
    let message = |pattern: &str, max| PatternList::new(pattern, 0, max).unwrap_err().to_string();
    assert_eq!(message(r"\bfoo\b", None), r"pattern `\bfoo\b` uses word boundaries, which can't be listed");
    assert_eq!(message("^abcd$", Some(3)), "no string of 0 to 3 characters matches pattern `^abcd$`");
    assert_eq!(message("a^b", None), "no string of 0 to 4294967295 characters matches pattern `a^b`");
    assert!(message("(a", None).starts_with("pattern `(a` is no regular expression: unclosed group"));
}

#[test]
fn large_expressions_end_in_time() {
    // Too large for the `regex` crate to compile, hence not checked by it.
    for (pattern, most) in [("^(([a-z]{0,50}){0,50}){0,50}$", 200), ("^[a-z]{1,1000}$", 1_000)] {
        let list = PatternList::new(pattern, 0, Some(most)).unwrap();
        assert!(list.at(1 << 40).chars().all(|c| c.is_ascii_lowercase()));
    }
    let _ = PatternList::new("^(((a{0,900}){0,900}){0,900}){0,900}$", 1_000, None);
    let _ = PatternList::new("^a{4000000000}$", 0, None);
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-d]{1,3}",
        Just("[a-c]".to_owned()),
        Just(r"\d".to_owned()),
        Just(".".to_owned()),
        Just("[^a]".to_owned()),
        Just("-".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            (inner.clone(), 0..3u32, 0..3u32)
                .prop_map(|(e, min, more)| format!("(?:{e}){{{min},{}}}", min + more)),
            inner.clone().prop_map(|e| format!("(?:{e})*")),
            inner.clone().prop_map(|e| format!("(?:{e})?")),
            inner.prop_map(|e| format!("({e})+")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever the expression, what is listed matches and fits.
    #[test]
    fn listed_strings_match(e in expression(), start in any::<bool>(), end in any::<bool>(), min in 0..4u32, more in 0..20u32) {
        let pattern = format!("{}(?:{e}){}", if start { "^" } else { "" }, if end { "$" } else { "" });
        match PatternList::new(&pattern, min, Some(min + more)) {
            Ok(_) => { check(&pattern, min, Some(min + more)); }
            Err(error) => prop_assert_eq!(error.code(), "pattern-empty"),
        }
    }

    /// No text makes the reader panic.
    #[test]
    fn any_text_is_read_or_refused(pattern in "\\PC{0,20}", min in 0..9u32) {
        if let Ok(list) = PatternList::new(&pattern, min, Some(12)) {
            list.at(u128::MAX);
        }
    }
}

#[test]
fn several_patterns_are_met_at_once() {
    let all = |patterns: &[&str], min, max| {
        let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
        PatternList::all(&patterns, min, max).unwrap()
    };
    let list = all(&["^ab", "(?s)^[^-]*$", "c$"], 0, Some(8));
    let regexes = ["^ab", "^[^-]*$", "c$"].map(|p| regex::Regex::new(p).unwrap());
    assert!(list.is_unambiguous());
    for n in (0..list.len()).step_by(usize::try_from(list.len() / 50).unwrap().max(1)) {
        let text = list.at(n);
        assert!(regexes.iter().all(|r| r.is_match(&text)) && text.len() <= 8, "{text}");
    }
    let list = all(&["^[0-9]{2}$", "[13579]$"], 0, None);
    let texts: std::collections::BTreeSet<String> = (0..list.len()).map(|n| list.at(n)).collect();
    assert_eq!((texts.len(), list.len()), (50, 50));
    assert!(texts.iter().all(|t| t.parse::<u32>().unwrap() % 2 == 1));
    let list = all(&["(?s)^[^@][^@]*@", r"\.", "(?s)^[^A-Z]*$"], 0, Some(12));
    assert!(
        (0..100).map(|n| list.at(n * list.len() / 100)).all(|t| t.find('@') > Some(0) && t.contains('.'))
    );
}
