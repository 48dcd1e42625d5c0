using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Downbeat.Telemetry;

/// <summary>Counts and times every database command, in all and for the piece of work that opened a <see cref="QueryCount"/>.</summary>
internal sealed class QueryCounter : DbCommandInterceptor
{
    private static readonly Histogram<double> Durations = StudioMeter.Instance.CreateHistogram<double>("downbeat.db.command.duration", "s", "Duration of a database command.");

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result) => Count(eventData, result);

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) => new(Count(eventData, result));

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result) => Count(eventData, result);

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) => new(Count(eventData, result));

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result) => Count(eventData, result);

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default) => new(Count(eventData, result));

    private static T Count<T>(CommandExecutedEventData eventData, T result)
    {
        Durations.Record(eventData.Duration.TotalSeconds);
        QueryCount.Current?.Add(eventData.Duration);
        return result;
    }
}

/// <summary>The commands that one piece of work sent to the database, followed through its asynchronous calls.</summary>
internal sealed class QueryCount
{
    private static readonly AsyncLocal<QueryCount?> Ambient = new();
    private int queries;
    private long ticks;

    /// <summary>The count in effect here, or null when nobody counts.</summary>
    public static QueryCount? Current => Ambient.Value;

    /// <summary>Commands sent.</summary>
    public int Queries => Volatile.Read(ref queries);

    /// <summary>Time spent in them.</summary>
    public TimeSpan Duration => TimeSpan.FromTicks(Volatile.Read(ref ticks));

    /// <summary>Starts counting for the current flow of control and everything it calls.</summary>
    public static QueryCount Begin() => Ambient.Value = new QueryCount();

    internal void Add(TimeSpan duration)
    {
        Interlocked.Increment(ref queries);
        Interlocked.Add(ref ticks, duration.Ticks);
    }
}
