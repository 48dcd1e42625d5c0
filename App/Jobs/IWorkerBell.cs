namespace Downbeat.Jobs;

/// <summary>Wakes a worker. Implemented by Quartz, and by a double in tests of the desk. A lost ring costs seconds: a sweep rings again for what is due.</summary>
internal interface IWorkerBell
{
    /// <summary>Has a worker look for a job of <paramref name="kind"/> at <paramref name="at"/> or as soon as one is free.</summary>
    Task RingAsync(JobKind kind, DateTimeOffset at);
}
