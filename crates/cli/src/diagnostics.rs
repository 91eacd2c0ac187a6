//! Problems, shown as a compiler would: the line, a caret, a code, a hint.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use seedbed::schema::{Diagnostic, Severity, SourceMap};
use std::ops::Range;

/// Renders diagnostics over one run's sources.
#[derive(Debug)]
pub(crate) struct DiagnosticRenderer {
    renderer: Renderer,
}

impl DiagnosticRenderer {
    /// With colours for a terminal, without for a file.
    pub(crate) fn new(styled: bool) -> Self {
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        Self { renderer: renderer.term_width(LINE_WIDTH) }
    }

    /// The diagnostic as text, with an empty line after it.
    pub(crate) fn render(&self, sources: &SourceMap, diagnostic: &Diagnostic) -> String {
        let place = diagnostic.span.and_then(|span| {
            let (file, at) = sources.locate(span)?;
            let start = (span.start as usize).saturating_sub(file.start);
            let end = (span.end as usize).saturating_sub(file.start);
            Some((file, at, Excerpt::new(&file.text, start..end)))
        });
        let mut group = level(diagnostic.severity)
            .primary_title(&diagnostic.message)
            .id(&diagnostic.code)
            .elements(place.map(|(file, at, excerpt)| {
                Snippet::source(excerpt.text)
                    .path(&file.name)
                    .line_start(at.line)
                    .annotation(AnnotationKind::Primary.span(excerpt.marked))
            }));
        if let Some(hint) = &diagnostic.hint {
            group = group.element(Level::HELP.message(hint));
        }
        self.renderer.render(&[group]) + "\n\n"
    }
}

/// The line in which a span begins, and what of it the span covers. A statement of many lines is shown by its first:
/// that is where its name stands.
struct Excerpt<'a> {
    text: &'a str,
    marked: Range<usize>,
}

impl<'a> Excerpt<'a> {
    fn new(source: &'a str, span: Range<usize>) -> Self {
        let start = floor_boundary(source, span.start);
        let end = floor_boundary(source, span.end).max(start);
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
        let text = source[line_start..line_end].trim_end_matches('\r');
        let marked_end = source[start..end.min(line_end)].trim_end().len() + start - line_start;
        let marked_start = (start - line_start).min(text.len());
        Self { text, marked: marked_start..marked_end.clamp(marked_start, text.len()) }
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// Longer lines are cut around the caret: a dump's INSERT can be a megabyte wide.
const LINE_WIDTH: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed::schema::Span;

    fn render(source: &str, span: Option<Range<usize>>, hint: Option<&str>) -> String {
        let mut sources = SourceMap::default();
        sources.push("a.sql", source);
        let diagnostic = Diagnostic {
            code: "some-code".to_owned(),
            severity: Severity::Warning,
            message: "something about `a`".to_owned(),
            span: span.map(|s| Span::new(s.start, s.end)),
            hint: hint.map(str::to_owned),
        };
        DiagnosticRenderer::new(false).render(&sources, &diagnostic)
    }

    #[test]
    fn a_caret_stands_under_the_span() {
        let text = render("CREATE TABLE a (\n  x tpye\n);\n", Some(21..25), Some("did you mean `type`?"));
        let want = "\
warning[some-code]: something about `a`
 --> a.sql:2:5
  |
2 |   x tpye
  |     ^^^^
  |
  = help: did you mean `type`?

";
        assert_eq!(text, want);
    }

    #[test]
    fn a_long_statement_is_shown_by_its_first_line() {
        let text = render("CREATE TABLE a (\r\n  x tpye\r\n);\r\n", Some(0..30), None);
        assert!(text.contains("1 | CREATE TABLE a (\n  | ^^^^^^^^^^^^^^^^\n"), "{text}");
    }

    #[test]
    fn without_a_place_there_is_no_snippet() {
        assert_eq!(render("", None, None), "warning[some-code]: something about `a`\n\n");
    }

    #[test]
    fn any_span_over_any_text_renders() {
        for text in ["", "\n", "é\u{0}\t→x\r\n\n…", "no end"] {
            for start in 0..14 {
                for end in 0..14 {
                    assert!(render(text, Some(start..end), None).contains("some-code"));
                }
            }
        }
    }
}
