//! How a model speaks, within what Gemini takes.

use seedbed_edit::Sampling;

/// A [`Sampling`] whose values Gemini takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ClampedSampling {
    pub(crate) temperature: Option<f64>,
    pub(crate) top_p: Option<f64>,
    pub(crate) top_k: Option<i64>,
}

impl ClampedSampling {
    /// The nearest that is allowed; each change is a note.
    pub(crate) fn of(sampling: Sampling, notes: &mut Vec<String>) -> Self {
        Self {
            temperature: number("temperature", sampling.temperature, 0.0, 2.0, notes),
            top_p: number("topP", sampling.top_p, 0.0, 1.0, notes),
            top_k: sampling.top_k.map(|k| {
                let clamped = k.clamp(1, 100);
                if clamped != k {
                    notes.push(format!("`topK` was {k} and is taken as {clamped}: it goes from 1 to 100"));
                }
                clamped
            }),
        }
    }
}

fn number(name: &str, value: Option<f64>, least: f64, most: f64, notes: &mut Vec<String>) -> Option<f64> {
    let value = value?;
    if value.is_nan() {
        notes.push(format!("`{name}` was no number and is left to the model"));
        return None;
    }
    let clamped = value.clamp(least, most);
    if clamped != value {
        notes.push(format!("`{name}` was {value} and is taken as {clamped}: it goes from {least} to {most}"));
    }
    Some(clamped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_range_is_clamped_and_told() {
        let mut notes = Vec::new();
        let asked = Sampling { temperature: Some(3.0), top_p: Some(f64::NAN), top_k: Some(0) };
        let clamped = ClampedSampling::of(asked, &mut notes);
        assert_eq!(clamped, ClampedSampling { temperature: Some(2.0), top_p: None, top_k: Some(1) });
        assert_eq!(notes.len(), 3, "{notes:?}");
    }

    #[test]
    fn what_is_within_range_and_what_is_not_said_stay() {
        let mut notes = Vec::new();
        let asked = Sampling { temperature: Some(0.5), top_p: None, top_k: Some(40) };
        let clamped = ClampedSampling::of(asked, &mut notes);
        assert_eq!(clamped, ClampedSampling { temperature: Some(0.5), top_p: None, top_k: Some(40) });
        assert_eq!(notes, [""; 0]);
    }
}
