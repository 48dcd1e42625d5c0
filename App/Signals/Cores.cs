namespace Downbeat.Signals;

/// <summary>How loops over frames spread.</summary>
internal static class Cores
{
    /// <summary>Over all cores, and no more threads than those, so that neither memory per thread nor the crowd grows with the machine's threads at hand.</summary>
    /// <param name="stop">Ends the loop.</param>
    public static ParallelOptions All(CancellationToken stop = default) => new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop };
}
