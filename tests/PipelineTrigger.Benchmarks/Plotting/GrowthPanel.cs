using System.Globalization;
using System.Text;
using PipelineTrigger.Benchmarks.Measures;

namespace PipelineTrigger.Benchmarks.Plotting;

/// <summary>One panel: how one cost grows, vendor by vendor, beside a linear reference.</summary>
internal sealed class GrowthPanel
{
    private const string Grey = "#8c959f";

    private static readonly Dictionary<string, string> Colours = new()
    {
        [PipelineVendor.Prophecy] = "#8250df",
        [PipelineVendor.Mage] = "#1a7f37",
        [PipelineVendor.Supaflow] = "#0969da",
    };

    private readonly string cost;
    private readonly IReadOnlyList<GrowthSeries> series;
    private readonly LogAxis x;
    private readonly LogAxis y;

    public GrowthPanel(string cost, IReadOnlyList<GrowthSeries> series, int left, int width, int height)
    {
        this.cost = cost;
        this.series = series;
        x = new(series.SelectMany(s => s.Points).Select(p => p.Runs), left + 65, left + width - 25);
        y = new(series.SelectMany(s => s.Points).Select(p => p.Cost), height - 80, 45);
    }

    public void AppendTo(StringBuilder svg)
    {
        AppendAxes(svg);
        AppendReference(svg);
        var key = x.From;
        foreach (var one in series)
        {
            var colour = Colours[one.Vendor];
            AppendLine(svg, one.Points.Select(p => (p.Runs, p.Cost)), $"stroke=\"{colour}\" stroke-width=\"2\"");
            foreach (var point in one.Points)
            {
                svg.AppendLine(
                    Text($"""<circle cx="{x.Of(point.Runs):0.#}" cy="{y.Of(point.Cost):0.#}" r="3.5" fill="{colour}">""")
                        + Text($"""<title>{one.Vendor}, {point.Runs:N0} runs: {point.Cost:0.###}</title></circle>""")
                );
            }

            svg.AppendLine(
                Text($"""<circle cx="{key + 5}" cy="{y.From + 62}" r="4" fill="{colour}"/>""")
                    + Text($"""<text x="{key + 14}" y="{y.From + 66}">{one.Vendor}</text>""")
            );
            key += 85;
        }

        svg.AppendLine(
            Text($"""<path d="M{key} {y.From + 62}h20" stroke="{Grey}" stroke-dasharray="5 4"/>""")
                + Text($"""<text x="{key + 26}" y="{y.From + 66}">linear</text>""")
        );
    }

    private void AppendAxes(StringBuilder svg)
    {
        svg.AppendLine(Text($"""<text x="{x.From}" y="24" font-size="14" font-weight="600">{cost}</text>"""));
        foreach (var tick in x.Ticks)
        {
            svg.AppendLine(
                Text($"""<path d="M{x.Of(tick):0.#} {y.To}V{y.From}" stroke="#d0d7de"/>""")
                    + Text($"""<text x="{x.Of(tick):0.#}" y="{y.From + 18}" text-anchor="middle">{tick:#,##0.###}</text>""")
            );
        }

        foreach (var tick in y.Ticks)
        {
            svg.AppendLine(
                Text($"""<path d="M{x.From} {y.Of(tick):0.#}H{x.To}" stroke="#d0d7de"/>""")
                    + Text($"""<text x="{x.From - 8}" y="{y.Of(tick) + 4:0.#}" text-anchor="end">{tick:#,##0.###}</text>""")
            );
        }

        svg.AppendLine(
            Text($"""<path d="M{x.From} {y.To}V{y.From}H{x.To}" fill="none" stroke="#57606a"/>""")
                + Text($"""<text x="{(x.From + x.To) / 2}" y="{y.From + 38}" text-anchor="middle">waited runs</text>""")
        );
    }

    // Through the middle of the picture: what matters is how steep the others are beside it.
    private void AppendReference(StringBuilder svg)
    {
        var most = Math.Min(y.Last, y.First * (x.Last / x.First));
        AppendLine(svg, [(x.First, y.First), (x.First * (most / y.First), most)], $"stroke=\"{Grey}\" stroke-dasharray=\"5 4\"");
    }

    private void AppendLine(StringBuilder svg, IEnumerable<(double Runs, double Cost)> points, string stroke)
    {
        var corners = string.Join(" ", points.Select(p => Text($"{x.Of(p.Runs):0.#},{y.Of(p.Cost):0.#}")));
        svg.AppendLine(Text($"""<polyline fill="none" {stroke} points="{corners}"/>"""));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
