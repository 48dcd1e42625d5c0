using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Downbeat.Tests.Data.Plans;

/// <summary>How a database goes about a command.</summary>
/// <param name="Indexes">Indexes that it looks things up in; of a primary key as <c>PK_</c> and the table.</param>
/// <param name="Scans">Tables and indexes that it reads from one end to the other.</param>
/// <param name="Text">All of it, for people.</param>
internal sealed partial record QueryPlan(IReadOnlyList<string> Indexes, IReadOnlyList<string> Scans, string Text)
{
    /// <summary>Asks the database; nothing is done.</summary>
    public static async Task<QueryPlan> OfAsync(DbConnection connection, SentCommand sent)
    {
        var isSqlite = connection is SqliteConnection;
        await using var command = sent.On(connection, isSqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN (FORMAT JSON) ");
        List<string> lines = [];
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(isSqlite ? 3 : 0));
        }

        return isSqlite ? OfSqlite(lines, sent.Text) : OfPostgres(string.Concat(lines));
    }

    private static QueryPlan OfSqlite(IReadOnlyList<string> lines, string sql)
    {
        // A line names a table by its alias; what has no table behind it is a subquery, which holds no more than the lines below it find.
        var tables = Named().Matches(sql).ToLookup(match => match.Groups["alias"].Success ? match.Groups["alias"].Value : match.Groups["table"].Value, match => match.Groups["table"].Value);
        var scans = lines.Select(line => Scan().Match(line)).Where(match => match.Success && tables.Contains(match.Groups["alias"].Value))
            .Select(match => match.Groups["index"].Success ? match.Groups["index"].Value : tables[match.Groups["alias"].Value].First());
        var indexes = lines.Select(line => UsedIndex().Match(line)).Where(match => match.Success).Select(match => OwnKey().Replace(match.Groups[1].Value, "PK_$1"));
        return new([.. indexes], [.. scans], string.Join('\n', lines));
    }

    private static QueryPlan OfPostgres(string json)
    {
        List<string> indexes = [], scans = [];
        Walk(JsonDocument.Parse(json).RootElement[0].GetProperty("Plan"));
        return new(indexes, scans, json);

        void Walk(JsonElement node)
        {
            if (node.TryGetProperty("Index Name", out var index))
            {
                // Without a condition on it, an index is read from one end to the other.
                (node.TryGetProperty("Index Cond", out _) ? indexes : scans).Add(index.GetString()!);
            }
            else if (node.GetProperty("Node Type").GetString() == "Seq Scan")
            {
                scans.Add(node.GetProperty("Relation Name").GetString()!);
            }

            if (node.TryGetProperty("Plans", out var children))
            {
                foreach (var child in children.EnumerateArray())
                {
                    Walk(child);
                }
            }
        }
    }

    [GeneratedRegex("""(?:FROM|JOIN|UPDATE|INTO) "(?<table>\w+)"(?: AS "(?<alias>\w+)")?""")]
    private static partial Regex Named();

    [GeneratedRegex(@"^SCAN (?<alias>\w+)(?: USING (?:COVERING )?INDEX (?<index>\w+))?")]
    private static partial Regex Scan();

    [GeneratedRegex(@"^SEARCH .* USING (?:COVERING )?INDEX (\w+)")]
    private static partial Regex UsedIndex();

    [GeneratedRegex(@"^sqlite_autoindex_(\w+)_1$")]
    private static partial Regex OwnKey();
}
