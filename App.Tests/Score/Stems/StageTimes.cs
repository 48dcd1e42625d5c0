using System.Diagnostics;
using Downbeat.Tests.Benchmark;

namespace Downbeat.Tests.Score.Stems;

/// <summary>What the stages of a piece of work cost, added up however often each of them comes.</summary>
internal sealed class StageTimes
{
    private readonly Dictionary<string, (double Wall, double Cpu)> stages = [];

    /// <summary>The stages in the order in which they came first; seconds, those of the processor over all cores and with the processes that were started and have ended.</summary>
    public IReadOnlyDictionary<string, (double Wall, double Cpu)> Stages => stages;

    /// <summary>Measures one piece of a stage.</summary>
    public async Task MeasureAsync(string stage, Func<Task> work)
    {
        var (cpu, clock) = (ChildCost.UsedCpuSeconds(), Stopwatch.StartNew());
        await work();
        var before = stages.GetValueOrDefault(stage);
        stages[stage] = (before.Wall + clock.Elapsed.TotalSeconds, before.Cpu + ChildCost.UsedCpuSeconds() - cpu);
    }
}
