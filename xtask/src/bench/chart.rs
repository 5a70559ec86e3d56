//! Plots as SVG files.

use std::path::Path;

use plotters::prelude::*;

use crate::Result;

/// One line of a plot.
pub(super) struct Line {
    pub(super) name: String,
    /// Both coordinates are positive, as both axes are logarithmic.
    pub(super) points: Vec<(f64, f64)>,
    /// Measured points have marks; those of a formula have none.
    pub(super) is_measured: bool,
}

/// What stands around the lines.
pub(super) struct Frame {
    pub(super) title: &'static str,
    pub(super) across: &'static str,
    pub(super) up: &'static str,
}

const SIZE: (u32, u32) = (760, 440);
/// Distinct for the colour-blind too.
const COLOURS: [RGBColor; 5] = [
    RGBColor(204, 51, 17),
    RGBColor(0, 119, 187),
    RGBColor(238, 119, 51),
    RGBColor(0, 153, 136),
    RGBColor(119, 119, 119),
];

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
        .label_style(("sans-serif", 13))
        .light_line_style(WHITE)
        .x_label_formatter(&|it| label(*it))
        .y_label_formatter(&|it| label(*it))
        .draw()?;
    for (line, colour) in lines.iter().zip(COLOURS.iter().cycle()) {
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

/// The ends of an axis, with a little air.
fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (least, most) = values
        .fold((f64::MAX, f64::MIN_POSITIVE), |(least, most), it| (least.min(it), most.max(it)));
    (least * 0.8, most * 1.6)
}

fn label(value: f64) -> String {
    if value >= 1.0 { format!("{value:.0}") } else { format!("{value}") }
}
