using System.Data.Common;
using System.Globalization;

namespace Downbeat.Tests.Load;

/// <summary>Makes many rows out of one by SQL, whatever columns the table has: so the rows are as the studio writes them, and a new column needs nothing here.</summary>
/// <param name="db">An open connection.</param>
/// <param name="isPostgres">PostgreSQL; else SQLite.</param>
internal sealed class RowCloner(DbConnection db, bool isPostgres)
{
    /// <summary>Identity of the row of this number, as <see cref="IdOf"/> has it in SQL; rows of different kinds have different kinds of them.</summary>
    public static Guid Id(int kind, long number) => new($"{kind:x8}-0000-7000-8000-{number:x12}");

    /// <summary>The same in SQL, for a number that SQL knows.</summary>
    public string IdOf(int kind, string number) => isPostgres
        ? $"('{kind:x8}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"
        : $"printf('{kind:X8}-0000-7000-8000-%012X', {number})";

    /// <summary>An identity as SQL has it.</summary>
    public string Literal(Guid id) => isPostgres ? $"'{id}'::uuid" : $"'{id.ToString().ToUpperInvariant()}'";

    /// <summary>A column of the template with its song's identity replaced by another's, as JSON has it.</summary>
    public string Renamed(string column, Guid song, string otherId) =>
        $"replace(t.\"{column}\", '{song}', {(isPostgres ? $"({otherId})::text" : $"lower({otherId})")})";

    /// <summary>The template's time, so many seconds before.</summary>
    public string Earlier(string column, string seconds) => isPostgres
        ? $"t.\"{column}\" - ({seconds}) * interval '1 second'"
        // EF keeps times as numbers in SQLite: thousands of ticks above eleven bits for the offset.
        : $"t.\"{column}\" - ({seconds}) * {10_000L << 11}";

    /// <summary>Adds the rows from one number up to, and without, another.</summary>
    /// <param name="table">The table.</param>
    /// <param name="template">The row, by SQL over its columns: <c>t."Id" = …</c>.</param>
    /// <param name="from">First number.</param>
    /// <param name="to">End of the numbers.</param>
    /// <param name="columns">What differs, by SQL over the number <c>n.i</c> and the template's columns <c>t."…"</c>.</param>
    public async Task CloneAsync(string table, string template, long from, long to, params IEnumerable<(string Column, string Sql)> columns)
    {
        var differing = columns.ToDictionary(column => column.Column, column => column.Sql);
        var names = await ColumnsAsync(table);
        if (differing.Keys.Except(names).FirstOrDefault() is { } unknown)
        {
            throw new InvalidOperationException($"{table} has no column {unknown}.");
        }

        await RunAsync(string.Create(CultureInfo.InvariantCulture, $"""
            WITH RECURSIVE n(i) AS (SELECT CAST({from} AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {to})
            INSERT INTO "{table}" ({string.Join(", ", names.Select(name => $"\"{name}\""))})
            SELECT {string.Join(", ", names.Select(name => differing.GetValueOrDefault(name, $"t.\"{name}\"")))}
            FROM n CROSS JOIN "{table}" t WHERE {template}
            """));
    }

    /// <summary>Runs a statement.</summary>
    public async Task RunAsync(string sql)
    {
        await using var command = db.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 1800;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<IReadOnlyList<string>> ColumnsAsync(string table)
    {
        await using var command = db.CreateCommand();
        command.CommandText = $"SELECT * FROM \"{table}\" LIMIT 0";
        await using var reader = await command.ExecuteReaderAsync();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }
}
