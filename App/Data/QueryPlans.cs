using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Downbeat.Data;

/// <summary>How the database would run a statement.</summary>
/// <param name="Lines">The plan, a line a step, indented as its steps depend on each other.</param>
/// <param name="Scans">Tables that are read from end to end.</param>
internal sealed record QueryPlan(IReadOnlyList<string> Lines, IReadOnlyList<TableScan> Scans);

/// <summary>A table that a statement reads from end to end.</summary>
/// <param name="Table">The table.</param>
/// <param name="Rows">How many rows it has, counted up to ten thousand.</param>
/// <param name="Columns">Columns that an index would have to begin with; empty when no single index would spare the reading.</param>
/// <param name="Index">An index that there is and that begins with one of them; null when there is none.</param>
internal sealed record TableScan(string Table, long Rows, IReadOnlyList<string> Columns, string? Index = null);

/// <summary>Asks the database for its plan of a statement. Nothing is run but the planner.</summary>
internal sealed partial class QueryPlans(IDbContextFactory<StudioDb> databases)
{
    private const int MostRowsCounted = 10_000;

    /// <summary>The plan for values that are not known; null for what has none, such as a pragma, and for several statements at once.</summary>
    /// <param name="sql">A statement as the studio sends it, with places for values.</param>
    /// <param name="stop">Ends the asking.</param>
    /// <exception cref="DbException">The database does not take the statement, for instance because a table has gone.</exception>
    public async Task<QueryPlan?> ExplainAsync(string sql, CancellationToken stop)
    {
        // Only the first of several statements would be explained; the others would be done.
        var one = sql.TrimEnd(';', ' ', '\n', '\r', '\t');
        if (!Explainable().IsMatch(one) || one.Contains(';', StringComparison.Ordinal))
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(stop);
        await db.Database.OpenConnectionAsync(stop);
        var connection = db.Database.GetDbConnection();
        var (lines, scanned) = db.Database.IsSqlite() ? await AskSqliteAsync(connection, one, stop) : await AskPostgresAsync(connection, one, stop);
        List<TableScan> scans = [];

        // What is no table is a subquery, which holds no more than its own steps find.
        foreach (var (table, alias) in scanned.Distinct())
        {
            if (db.Model.GetEntityTypes().FirstOrDefault(type => type.GetTableName() == table) is { } type)
            {
                var columns = ColumnsOf(one, alias);
                scans.Add(new(table, await CountAsync(connection, table, stop), columns, IndexOn(type, columns)));
            }
        }

        return new(lines, scans);
    }

    /// <summary>
    /// The columns of an alias that one index could serve: those that must equal a value, then one that has to lie in a range, or else those that are sorted by. Columns that are compared with
    /// other columns, that must differ, or that stand beside an OR do not narrow what has to be read.
    /// </summary>
    internal static IReadOnlyList<string> ColumnsOf(string sql, string alias)
    {
        // PostgreSQL's provider writes aliases without quotes, and a delete of one table does without alias in SQLite.
        var column = $"(?:(?<![\\w\"])\"?{Regex.Escape(alias)}\"?\\.|(?<![.\\w]))\"(?<column>\\w+)\"(?!\\.)";
        const string Value = "\\(*\\s*(?:@\\w|\\$\\d|-?\\d|'|TRUE\\b|FALSE\\b|ANY\\b|SELECT\\b)";
        var flat = WithoutBrackets(sql);
        var isCertain = !Or().IsMatch(flat);
        var equal = isCertain ? Columns($"(?<=\\b(?:WHERE|AND)\\s+){column}\\s*(?:=|IN\\b)\\s*{Value}") : [];
        var ranged = isCertain ? Columns($"(?<=\\b(?:WHERE|AND)\\s+){column}\\s*(?:[<>](?!>)=?|BETWEEN\\b)\\s*{Value}") : [];
        var sorted = Columns($"ORDER BY\\s+{column}(?:\\s+(?:ASC|DESC))?(?:\\s*,\\s*{column}(?:\\s+(?:ASC|DESC))?)*");

        // Sorting alone spares reading only where the first few rows are enough.
        var after = ranged.Count > 0 ? ranged.Take(1) : equal.Count > 0 || (isCertain && Limit().IsMatch(flat)) ? sorted : [];
        return [.. equal.Concat(after).Distinct()];

        List<string> Columns(string pattern) => [.. Regex.Matches(flat, pattern, RegexOptions.IgnoreCase).SelectMany(match => match.Groups["column"].Captures).Select(capture => capture.Value)];
    }

    /// <summary>The table that a line of SQLite's plan reads from end to end, and its alias; null when it reads none so.</summary>
    internal static (string Table, string Alias)? ScanOf(string sql, string detail)
    {
        if (SqliteScan().Match(detail) is not { Success: true } scan)
        {
            return null;
        }

        var name = scan.Groups[1].Value;
        return (Regex.Match(sql, $"\"(\\w+)\"\\s+AS\\s+\"?{Regex.Escape(name)}\\b") is { Success: true } aliased ? aliased.Groups[1].Value : name, name);
    }

    /// <summary>Of brackets only what surely narrows is left: those with an OR in them go, the others lose their signs.</summary>
    private static string WithoutBrackets(string sql)
    {
        var flat = Text().Replace(sql, "''");
        for (var before = ""; before != flat;)
        {
            before = flat;
            flat = Brackets().Replace(flat, match => Or().IsMatch(match.Value) ? " " : $" {match.Groups[1].Value} ");
        }

        return flat;
    }

    private static string? IndexOn(IEntityType type, IReadOnlyList<string> columns)
    {
        var table = StoreObjectIdentifier.Table(type.GetTableName()!, type.GetSchema());
        var keys = type.GetKeys().Select(key => (Name: key.GetName(), First: key.Properties[0]));
        var indexes = type.GetIndexes().Select(index => (Name: index.GetDatabaseName(), First: index.Properties[0]));
        return keys.Concat(indexes).FirstOrDefault(index => columns.Contains(index.First.GetColumnName(table))).Name;
    }

    private static async Task<(List<string> Lines, List<(string Table, string Alias)> Scanned)> AskSqliteAsync(DbConnection connection, string sql, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        foreach (var name in Places().Matches(sql).Select(match => match.Value).Distinct())
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, 1);
            command.Parameters.Add(parameter);
        }

        List<string> lines = [];
        List<(string Table, string Alias)> scanned = [];
        Dictionary<long, int> depths = [];
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            var (id, parent, detail) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetString(3));
            depths[id] = depths.GetValueOrDefault(parent, -1) + 1;
            lines.Add(new string(' ', 2 * depths[id]) + detail);
            if (ScanOf(sql, detail) is { } scan)
            {
                scanned.Add(scan);
            }
        }

        return (lines, scanned);
    }

    private static async Task<(List<string> Lines, List<(string Table, string Alias)> Scanned)> AskPostgresAsync(DbConnection connection, string sql, CancellationToken stop)
    {
        // Of a prepared statement the planner also says what it does for values that it does not know.
        var places = Places().Matches(sql).Select(match => match.Value).Distinct().ToList();
        var numbered = Places().Replace(sql, match => "$" + (places.IndexOf(match.Value) + 1).ToString(CultureInfo.InvariantCulture));
        var name = $"downbeat_plan_{Guid.NewGuid():N}";
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await using var command = connection.CreateCommand();
        try
        {
            command.Transaction = transaction;
            command.CommandText = "SET LOCAL plan_cache_mode = force_generic_plan";
            await command.ExecuteNonQueryAsync(stop);
            command.CommandText = $"PREPARE {name} AS {numbered}";
            await command.ExecuteNonQueryAsync(stop);
            command.CommandText = $"EXPLAIN (FORMAT JSON) EXECUTE {name}{(places.Count > 0 ? $"({string.Join(", ", places.Select(_ => "NULL"))})" : "")}";
            using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(stop))!);
            List<string> lines = [];
            List<(string Table, string Alias)> scanned = [];
            Walk(plan.RootElement[0].GetProperty("Plan"), 0, lines, scanned);
            return (lines, scanned);
        }
        finally
        {
            await ForgetAsync(transaction, command, name);
        }
    }

    private static async Task ForgetAsync(DbTransaction transaction, DbCommand command, string name)
    {
        try
        {
            await transaction.RollbackAsync(CancellationToken.None);

            // Prepared statements outlive the transaction, and the connection goes back to its pool.
            command.Transaction = null;
            command.CommandText = $"DEALLOCATE {name}";
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or IOException)
        {
            // It was never prepared, or the connection is broken and takes it along: what went wrong before says more.
            return;
        }
    }

    private static void Walk(JsonElement step, int depth, List<string> lines, List<(string Table, string Alias)> scanned)
    {
        string? Said(string name) => step.TryGetProperty(name, out var value) ? value.ToString() : null;
        var type = Said("Node Type")!;
        var words = string.Join(' ', new[] { type, Said("Index Name") is { } index ? $"using {index}" : null, Said("Relation Name") is { } table ? $"on {table}" : null, Said("Index Cond") is { } condition ? $"where {condition}" : null, Said("Filter") is { } filter ? $"filter {filter}" : null }.Where(word => word is not null));
        lines.Add($"{new string(' ', 2 * depth)}{words} (cost {Said("Total Cost")}, {Said("Plan Rows")} rows)");
        if (type == "Seq Scan")
        {
            var scannedTable = Said("Relation Name")!;
            scanned.Add((scannedTable, Said("Alias") ?? scannedTable));
        }

        if (step.TryGetProperty("Plans", out var plans))
        {
            foreach (var child in plans.EnumerateArray())
            {
                Walk(child, depth + 1, lines, scanned);
            }
        }
    }

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

    [GeneratedRegex(@"^SCAN (?!CONSTANT|\()(\w+)\b(?! USING)")]
    private static partial Regex SqliteScan();

    [GeneratedRegex("'(?:[^']|'')*'")]
    private static partial Regex Text();

    [GeneratedRegex(@"\(([^()]*)\)")]
    private static partial Regex Brackets();

    [GeneratedRegex(@"\bOR\b", RegexOptions.IgnoreCase)]
    private static partial Regex Or();

    [GeneratedRegex(@"\bLIMIT\b", RegexOptions.IgnoreCase)]
    private static partial Regex Limit();
}
