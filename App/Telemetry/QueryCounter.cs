using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Downbeat.Telemetry;

/// <summary>Counts and times every database command, with the reading of its rows, in all and for the piece of work that has a <see cref="Tally"/>.</summary>
internal sealed class QueryCounter(ILogger<QueryCounter> logger) : DbCommandInterceptor
{
    /// <summary>Name of the histogram.</summary>
    public const string InstrumentName = "downbeat.db.command.duration";

    /// <summary>A command that takes longer is written to the log.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);

    private static readonly Histogram<double> Durations = StudioMeter.Instance.CreateHistogram<double>(InstrumentName, "s", "Duration of a database command and the reading of its rows.");

    // SQLite finds rows while they are read, so a command is only over when its reader is.
    private readonly ConcurrentDictionary<Guid, TimeSpan> reading = new();

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        reading[eventData.CommandId] = eventData.Duration;
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) => new(ReaderExecuted(command, eventData, result));

    public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        if (reading.TryRemove(eventData.CommandId, out var executing))
        {
            Count(command, executing + eventData.Duration);
        }

        return result;
    }

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        Count(command, eventData.Duration);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) => new(NonQueryExecuted(command, eventData, result));

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
    {
        Count(command, eventData.Duration);
        return result;
    }

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default) => new(ScalarExecuted(command, eventData, result));

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Count(command, eventData.Duration, isFailed: true);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        CommandFailed(command, eventData);
        return Task.CompletedTask;
    }

    // Whoever waited for it has gone; it took its time all the same.
    public override void CommandCanceled(DbCommand command, CommandEndEventData eventData) => Count(command, eventData.Duration, isFailed: true);

    public override Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        CommandCanceled(command, eventData);
        return Task.CompletedTask;
    }

    private void Count(DbCommand command, TimeSpan duration, bool isFailed = false)
    {
        var statement = Statement.Of(command.CommandText);
        Durations.Record(duration.TotalSeconds, new("statement", statement.Name), new("failed", isFailed));
        Tally.Current?.AddQuery(duration);
        if (duration > Slow)
        {
            logger.LogWarning("{Statement} took {Milliseconds:0} ms: {Sql}", statement.Name, duration.TotalMilliseconds, statement.Text.ReplaceLineEndings(" "));
        }
    }
}
