using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Downbeat.Telemetry;

/// <summary>An SQL statement as the studio sends it, with places for its values: the same query has the same text.</summary>
/// <param name="Id">Eight hexadecimal digits of its text.</param>
/// <param name="Name">What it does to which table, and its id: <c>SELECT Songs 1f03a9c2</c>.</param>
/// <param name="Text">The whole of it.</param>
internal sealed partial record Statement(string Id, string Name, string Text)
{
    // As many as a studio sends, several times over; what is made up for one time only may not fill the memory.
    private const int MostKept = 2000;

    private static readonly ConcurrentDictionary<string, Statement> Known = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, Statement> ById = new(StringComparer.Ordinal);

    /// <summary>The statement with this text.</summary>
    public static Statement Of(string text) => Known.TryGetValue(text, out var known) ? known : Add(text);

    /// <summary>The statement with this id; null when this process has not sent it since it began.</summary>
    public static Statement? Find(string id) => ById.GetValueOrDefault(id);

    private static Statement Add(string text)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
        var verb = Verb().Match(text).Value.ToUpperInvariant();
        var table = Table().Match(text) is { Success: true } match ? match.Groups[1].Value : "";
        var statement = new Statement(id, $"{verb} {table} {id}".Replace("  ", " ", StringComparison.Ordinal), text);
        if (Known.Count < MostKept)
        {
            Known[text] = statement;
            ById[id] = statement;
        }

        return statement;
    }

    [GeneratedRegex(@"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|ALTER|DROP|LISTEN|WITH)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Verb();

    [GeneratedRegex("""(?:FROM|INTO|UPDATE|TABLE)\s+(?:\(\s*SELECT[\s\S]*?FROM\s+)?"(\w+)"(?!\.)""", RegexOptions.IgnoreCase)]
    private static partial Regex Table();
}
