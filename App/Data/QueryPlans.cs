using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Data;

/// <summary>How the database would run a statement.</summary>
/// <param name="Lines">The plan, a line a step, indented as its steps depend on each other.</param>
/// <param name="Scans">Tables that are read from end to end.</param>
internal sealed record QueryPlan(IReadOnlyList<string> Lines, IReadOnlyList<TableScan> Scans);

/// <summary>A table that a statement reads from end to end.</summary>
/// <param name="Table">The table.</param>
/// <param name="Rows">How many rows it has, counted up to ten thousand.</param>
/// <param name="Columns">Columns that an index would have to begin with: those that are compared, then those that are sorted by. Empty when all rows are wanted.</param>
internal sealed record TableScan(string Table, long Rows, IReadOnlyList<string> Columns);

/// <summary>Asks the database for its plan of a statement. Nothing is run but the planner.</summary>
internal sealed partial class QueryPlans(IDbContextFactory<StudioDb> databases)
{
    private const int MostRowsCounted = 10_000;

    /// <summary>The plan for values that are not known; null for what has none, such as a pragma.</summary>
    /// <param name="sql">A statement as the studio sends it, with places for values.</param>
    /// <param name="stop">Ends the asking.</param>
    /// <exception cref="DbException">The database does not take the statement, for instance because a table has gone.</exception>
    public async Task<QueryPlan?> ExplainAsync(string sql, CancellationToken stop)
    {
        if (!Explainable().IsMatch(sql))
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(stop);
        await db.Database.OpenConnectionAsync(stop);
        var connection = db.Database.GetDbConnection();
        var (lines, scanned) = db.Database.IsSqlite() ? await AskSqliteAsync(connection, sql, stop) : await AskPostgresAsync(connection, sql, stop);
        List<TableScan> scans = [];
        var tables = db.Model.GetEntityTypes().Select(type => type.GetTableName()).ToHashSet();

        // What is no table is a subquery, which holds no more than its own steps find.
        foreach (var (table, alias) in scanned.Distinct().Select(name => Named(sql, name)).Where(scan => tables.Contains(scan.Table)))
        {
            scans.Add(new(table, await CountAsync(connection, table, stop), ColumnsOf(sql, alias)));
        }

        return new(lines, scans);
    }

    /// <summary>Columns of an alias that a statement compares with values, then those that it sorts by.</summary>
    internal static IReadOnlyList<string> ColumnsOf(string sql, string alias)
    {
        // A delete or an update of one table does without alias in SQLite.
        var column = $"(?:\"{Regex.Escape(alias)}\"\\.|(?<!\\.))\"(\\w+)\"";
        var where = sql.IndexOf("WHERE", StringComparison.OrdinalIgnoreCase);
        var compared = where < 0 ? [] : Regex.Matches(sql[where..], column + "\\s*(?:=|<|>|IN\\b|LIKE\\b)").Select(match => match.Groups[1].Value);
        var sorted = sql.LastIndexOf("ORDER BY", StringComparison.OrdinalIgnoreCase) is >= 0 and var order ? Regex.Matches(sql[order..], column).Select(match => match.Groups[1].Value) : [];
        return [.. compared.Concat(sorted).Distinct()];
    }

    private static async Task<(List<string> Lines, List<string> Scanned)> AskSqliteAsync(DbConnection connection, string sql, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        foreach (var name in Places().Matches(sql).Select(match => match.Value).Distinct())
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, 1);
            command.Parameters.Add(parameter);
        }

        List<string> lines = [], scanned = [];
        Dictionary<long, int> depths = [];
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            var (id, parent, detail) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetString(3));
            depths[id] = depths.GetValueOrDefault(parent, -1) + 1;
            lines.Add(new string(' ', 2 * depths[id]) + detail);
            if (SqliteScan().Match(detail) is { Success: true } scan)
            {
                scanned.Add(scan.Groups[1].Value);
            }
        }

        return (lines, scanned);
    }

    private static async Task<(List<string> Lines, List<string> Scanned)> AskPostgresAsync(DbConnection connection, string sql, CancellationToken stop)
    {
        // Of a prepared statement the planner also says what it does for values that it does not know.
        var places = Places().Matches(sql).Select(match => match.Value).Distinct().ToList();
        var numbered = Places().Replace(sql, match => "$" + (places.IndexOf(match.Value) + 1).ToString(CultureInfo.InvariantCulture));
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SET LOCAL plan_cache_mode = force_generic_plan";
        await command.ExecuteNonQueryAsync(stop);
        command.CommandText = "PREPARE downbeat_plan AS " + numbered.TrimEnd(';', ' ', '\n', '\r');
        await command.ExecuteNonQueryAsync(stop);
        try
        {
            command.CommandText = $"EXPLAIN (FORMAT JSON) EXECUTE downbeat_plan{(places.Count > 0 ? $"({string.Join(", ", places.Select(_ => "NULL"))})" : "")}";
            using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(stop))!);
            List<string> lines = [], scanned = [];
            Walk(plan.RootElement[0].GetProperty("Plan"), 0, lines, scanned);
            return (lines, scanned);
        }
        finally
        {
            // Prepared statements outlive the transaction, and the connection goes back to its pool.
            command.CommandText = "DEALLOCATE downbeat_plan";
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private static void Walk(JsonElement step, int depth, List<string> lines, List<string> scanned)
    {
        string? Text(string name) => step.TryGetProperty(name, out var value) ? value.ToString() : null;
        var type = Text("Node Type")!;
        var words = string.Join(' ', new[] { type, Text("Index Name") is { } index ? $"using {index}" : null, Text("Relation Name") is { } table ? $"on {table}" : null, Text("Index Cond") is { } condition ? $"where {condition}" : null, Text("Filter") is { } filter ? $"filter {filter}" : null }.Where(word => word is not null));
        lines.Add($"{new string(' ', 2 * depth)}{words} (cost {Text("Total Cost")}, {Text("Plan Rows")} rows)");
        if (type == "Seq Scan")
        {
            scanned.Add(Text("Alias") ?? Text("Relation Name")!);
        }

        if (step.TryGetProperty("Plans", out var plans))
        {
            foreach (var child in plans.EnumerateArray())
            {
                Walk(child, depth + 1, lines, scanned);
            }
        }
    }

    private static (string Table, string Alias) Named(string sql, string name) =>
        Regex.Match(sql, $"\"(\\w+)\"\\s+AS\\s+\"{Regex.Escape(name)}\"") is { Success: true } aliased ? (aliased.Groups[1].Value, name) : (name, name);

    private static async Task<long> CountAsync(DbConnection connection, string table, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM (SELECT 1 FROM \"{table}\" LIMIT {MostRowsCounted}) AS t";
        return Convert.ToInt64(await command.ExecuteScalarAsync(stop), CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\s*(SELECT|UPDATE|DELETE|WITH)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Explainable();

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Places();

    [GeneratedRegex(@"^SCAN (?!CONSTANT|\()(\w+)(?! USING)")]
    private static partial Regex SqliteScan();
}
