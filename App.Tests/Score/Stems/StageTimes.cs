using System.Diagnostics.Metrics;
using Downbeat.Features.Stems.Separation;
using Downbeat.Tests.Benchmark;

namespace Downbeat.Tests.Score.Stems;

/// <summary>Hears from <see cref="SplitMeter"/> what the stages of a splitting cost, added up however often each of them comes. They come one after another.</summary>
internal sealed class StageTimes : IDisposable
{
    private readonly Dictionary<string, (double Wall, double Cpu)> stages = [];
    private readonly MeterListener listener = new();
    private double cpu = ChildCost.UsedCpuSeconds();

    public StageTimes()
    {
        listener.InstrumentPublished = (instrument, told) =>
        {
            if (instrument.Name == SplitMeter.InstrumentName)
            {
                told.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Add((string)tags[0].Value!, seconds));
        listener.Start();
    }

    /// <summary>The stages in the order in which they ended first; seconds, those of the processor over all cores and with the processes that were started and have ended.</summary>
    public IReadOnlyDictionary<string, (double Wall, double Cpu)> Stages
    {
        get
        {
            lock (stages)
            {
                return new Dictionary<string, (double Wall, double Cpu)>(stages);
            }
        }
    }

    public void Dispose() => listener.Dispose();

    private void Add(string stage, double seconds)
    {
        // Tests split at the same time.
        lock (stages)
        {
            var used = ChildCost.UsedCpuSeconds();
            var before = stages.GetValueOrDefault(stage);
            stages[stage] = (before.Wall + seconds, before.Cpu + used - cpu);
            cpu = used;
        }
    }
}
