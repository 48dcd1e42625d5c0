using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Features.Performance.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">A value for each time; null where there is none: the line has a gap there.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values);

/// <summary>Lines over time.</summary>
public sealed partial class TimeChart
{
    private bool isOpen;

    /// <summary>What is shown, with its unit.</summary>
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>The times, in their order.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<DateTimeOffset> Times { get; set; } = [];

    /// <summary>How a value is written.</summary>
    [Parameter, EditorRequired]
    public Func<double, string> Format { get; set; } = value => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A value that should not be passed; it is drawn when it is in sight.</summary>
    [Parameter]
    public double? Limit { get; set; }

    /// <summary>What that value is, in a word.</summary>
    [Parameter]
    public string LimitName { get; set; } = "limit";

    /// <summary>Where the axis ends; above the greatest value when null.</summary>
    [Parameter]
    public double? Most { get; set; }

    /// <summary>Height of the plot in pixels.</summary>
    [Parameter]
    public int Height { get; set; } = 180;

    /// <summary>The lines, at most four.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ChartLine> Lines { get; set; } = [];

    private bool IsEmpty => Times.Count < 2 || Lines.All(line => line.Values.All(value => value is null));

    private IReadOnlyList<double> Marks => Axis.Marks(Most ?? Lines.SelectMany(line => line.Values).Max() ?? 0);

    private double Top => Marks[^1];

    private TimeSpan Span => Times[^1] - Times[0];

    private string Sentence => $"{Title} from {Figures.Time(Times[0], true)} to {Figures.Time(Times[^1], true)}. " + string.Join(' ', Lines.Select(SentenceOf)) + (Limit is { } limit ? $" The {LimitName}: {Format(limit)}." : "");

    /// <inheritdoc/>
    protected override void OnParametersSet() => isOpen &= !IsEmpty;

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    private double X(DateTimeOffset at) => 1000 * (at - Times[0]).Ticks / (double)Math.Max(1, Span.Ticks);

    private string SentenceOf(ChartLine line) =>
        line.Values.Max() is { } greatest ? $"{line.Name}: last {(line.Values.LastOrDefault(value => value is not null) is { } last ? Format(last) : "none")}, greatest {Format(greatest)}." : $"{line.Name}: nothing.";

    private string PathOf(ChartLine line)
    {
        var path = new StringBuilder();
        var isDown = false;
        for (var i = 0; i < Times.Count; i++)
        {
            if (line.Values[i] is not { } value)
            {
                isDown = false;
                continue;
            }

            // A value between two gaps is a short stroke.
            var isAlone = !isDown && (i + 1 == Times.Count || line.Values[i + 1] is null);
            path.Append(CultureInfo.InvariantCulture, $"{(isDown ? 'L' : 'M')}{X(Times[i]):0.#} {100 - (100 * Math.Min(value, Top) / Top):0.##}");
            path.Append(isAlone ? "h4" : "");
            isDown = true;
        }

        return path.ToString();
    }
}
