using System.Globalization;
using System.Text;
using PipelineTrigger.Benchmarks.Measures;

namespace PipelineTrigger.Benchmarks.Plotting;

/// <summary>The growth of a watch's costs as an SVG picture: one panel for each cost, both axes logarithmic.</summary>
internal static class GrowthPlot
{
    private const int PanelWidth = 430;
    private const int Height = 400;

    public static string Svg(IReadOnlyList<GrowthSeries> series)
    {
        var panels = series
            .GroupBy(s => s.Cost)
            .Select((cost, place) => new GrowthPanel(cost.Key, [.. cost], place * PanelWidth, PanelWidth, Height))
            .ToList();
        var svg = new StringBuilder();
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {panels.Count * PanelWidth} {Height}" """
                + $"""font-family="Segoe UI, Helvetica, Arial, sans-serif" font-size="12" fill="#24292f">"""
        );
        svg.AppendLine("""<rect width="100%" height="100%" fill="#ffffff"/>""");
        panels.ForEach(panel => panel.AppendTo(svg));
        return svg.AppendLine("</svg>").ToString();
    }
}
