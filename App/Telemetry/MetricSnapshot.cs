using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Downbeat.Telemetry;

/// <summary>One instrument as it stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit; empty when it counts.</param>
/// <param name="Description">What it measures.</param>
/// <param name="Type">Sum, gauge or histogram.</param>
/// <param name="Points">Its values by their tags.</param>
internal sealed record MetricView(string Name, string Unit, string Description, string Type, IReadOnlyList<MetricPointView> Points);

/// <summary>A value of an instrument.</summary>
/// <param name="Tags">What it belongs to.</param>
/// <param name="Value">A sum or a gauge.</param>
/// <param name="Count">Values of a histogram.</param>
/// <param name="Sum">Their sum.</param>
internal sealed record MetricPointView(IReadOnlyDictionary<string, string> Tags, double? Value, long? Count, double? Sum);

/// <summary>Reads all instruments at one moment, for those who would rather have JSON than Prometheus text.</summary>
internal sealed class MetricSnapshot
{
    private readonly Lock gate = new();
    private List<MetricView> views = [];

    /// <summary>Makes the reader; it collects when it is asked.</summary>
    public MetricSnapshot() => Reader = new BaseExportingMetricReader(new Exporter(this)) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };

    /// <summary>What OpenTelemetry gives its metrics to.</summary>
    public BaseExportingMetricReader Reader { get; }

    /// <summary>All instruments that have a value.</summary>
    public IReadOnlyList<MetricView> Read()
    {
        lock (gate)
        {
            Reader.Collect();
            return views;
        }
    }

    private static MetricView ViewOf(Metric metric)
    {
        List<MetricPointView> points = [];
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            Dictionary<string, string> tags = [];
            foreach (var tag in point.Tags)
            {
                tags[tag.Key] = tag.Value?.ToString() ?? "";
            }

            points.Add(metric.MetricType switch
            {
                MetricType.LongSum or MetricType.LongSumNonMonotonic => new(tags, point.GetSumLong(), null, null),
                MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => new(tags, point.GetSumDouble(), null, null),
                MetricType.LongGauge => new(tags, point.GetGaugeLastValueLong(), null, null),
                MetricType.DoubleGauge => new(tags, point.GetGaugeLastValueDouble(), null, null),
                _ => new(tags, null, point.GetHistogramCount(), point.GetHistogramSum()),
            });
        }

        var type = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic or MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => "sum",
            MetricType.LongGauge or MetricType.DoubleGauge => "gauge",
            _ => "histogram",
        };
        return new(metric.Name, metric.Unit, metric.Description, type, points);
    }

    // Of an exporter that only lets itself be pulled, the reader would collect nothing when it is asked from here.
    [ExportModes(ExportModes.Push)]
    private sealed class Exporter(MetricSnapshot snapshot) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            List<MetricView> views = [];
            foreach (var metric in batch)
            {
                views.Add(ViewOf(metric));
            }

            snapshot.views = views;
            return ExportResult.Success;
        }
    }
}
