using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Downbeat.Tests.Data.Plans;

/// <summary>Takes down what is sent to the database, with its parameters.</summary>
internal sealed class CommandRecorder : DbCommandInterceptor
{
    private readonly Lock gate = new();
    private List<SentCommand>? sent;

    /// <summary>Does something and gives the commands that were sent meanwhile.</summary>
    public async Task<IReadOnlyList<SentCommand>> RecordAsync(Func<Task> work)
    {
        List<SentCommand> commands = [];
        lock (gate)
        {
            sent = commands;
        }

        await work();
        lock (gate)
        {
            sent = null;
        }

        return commands;
    }

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) => Take(command, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) => new(Take(command, result));

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) => Take(command, result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) => new(Take(command, result));

    private T Take<T>(DbCommand command, T result)
    {
        lock (gate)
        {
            sent?.Add(new(command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(parameter => (parameter.ParameterName, parameter.Value))]));
        }

        return result;
    }
}

/// <summary>A command as it was sent.</summary>
/// <param name="Text">Its SQL.</param>
/// <param name="Parameters">Its parameters.</param>
internal sealed record SentCommand(string Text, IReadOnlyList<(string Name, object? Value)> Parameters)
{
    /// <summary>The same once more.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="prefix">What comes before it.</param>
    /// <param name="transaction">The transaction that the connection is in, if any.</param>
    public DbCommand On(DbConnection connection, string prefix, DbTransaction? transaction = null)
    {
        var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (prefix + Text, transaction);
        foreach (var (name, value) in Parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
