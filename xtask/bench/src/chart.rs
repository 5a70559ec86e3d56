//! Plots as SVG files.

use std::path::Path;

use plotters::prelude::*;

use testkit::Result;

/// One line of a plot.
pub(super) struct Line {
    pub(super) name: String,
    /// Both coordinates are positive, as both axes are logarithmic.
    pub(super) points: Vec<(f64, f64)>,
    /// Measured points have marks; those of a formula have none.
    pub(super) is_measured: bool,
    /// This provider has the same colour in every plot.
    pub(super) is_ours: bool,
}

/// What stands around the lines.
pub(super) struct Frame {
    pub(super) title: &'static str,
    pub(super) across: &'static str,
    pub(super) up: &'static str,
}

const SIZE: (u32, u32) = (760, 440);
/// Distinct for the colour-blind too.
const OURS: RGBColor = RGBColor(0, 153, 136);
const COLOURS: [RGBColor; 3] =
    [RGBColor(204, 51, 17), RGBColor(0, 119, 187), RGBColor(238, 119, 51)];
/// More of them would overlap.
const LABELS: usize = 6;

/// Draws the lines into a file.
pub(super) fn draw(file: &Path, frame: &Frame, lines: &[Line]) -> Result {
    let points = || lines.iter().flat_map(|line| line.points.iter().copied());
    let (left, right) = ends(points().map(|(x, _)| x));
    let (bottom, top) = ends(points().map(|(_, y)| y));
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(frame.title, ("sans-serif", 18))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d((left..right).log_scale(), (bottom..top).log_scale())?;
    chart
        .configure_mesh()
        .x_desc(frame.across)
        .y_desc(frame.up)
        .x_labels(LABELS)
        .y_labels(LABELS)
        .label_style(("sans-serif", 13))
        .light_line_style(WHITE)
        .x_label_formatter(&|it| label(*it))
        .y_label_formatter(&|it| label(*it))
        .draw()?;
    let mut colours = COLOURS.iter().cycle();
    for line in lines {
        let other = if line.is_ours { None } else { colours.next() };
        let colour = other.unwrap_or(&OURS);
        let style = colour.stroke_width(2);
        chart
            .draw_series(LineSeries::new(line.points.iter().copied(), style))?
            .label(&line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], style));
        if line.is_measured {
            let marks = line.points.iter().map(|it| Circle::new(*it, 4, colour.filled()));
            chart.draw_series(marks)?;
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .label_font(("sans-serif", 13))
        .draw()?;
    area.present()?;
    drop(chart);
    drop(area);
    // A text file ends with a line.
    let text = std::fs::read_to_string(file)?;
    Ok(std::fs::write(file, format!("{}\n", text.trim_end()))?)
}

/// The ends of an axis, with a little air, and with at least two powers of ten between them: those have
/// labels.
fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (least, most) = values
        .fold((f64::MAX, f64::MIN_POSITIVE), |(least, most), it| (least.min(it), most.max(it)));
    let (least, most) = (least * 0.8, most * 1.6);
    let (below, above) = (least.log10().floor(), most.log10().ceil());
    if above - below < 3.0 { (10_f64.powf(below), 10_f64.powf(above)) } else { (least, most) }
}

fn label(value: f64) -> String {
    if value >= 1.0 { format!("{value:.0}") } else { format!("{value}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_names_its_lines_and_both_axes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plot.svg");
        let frame = Frame { title: "Time", across: "objects", up: "seconds" };
        let line = |name: &str, is_ours| Line {
            name: name.to_owned(),
            points: vec![(200.0, 0.3), (1000.0, 1.3), (5000.0, 11.0)],
            is_measured: true,
            is_ours,
        };

        draw(&file, &frame, &[line("the others", false), line("this one", true)]).unwrap();

        let plot = std::fs::read_to_string(&file).unwrap();
        for text in ["Time", "objects", "seconds", "the others", "this one", "100", "1000", "10000"]
        {
            assert!(plot.lines().any(|line| line.trim() == text), "{text} is not in {plot}");
        }
    }
}
