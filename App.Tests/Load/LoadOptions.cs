using System.Globalization;

namespace Downbeat.Tests.Load;

/// <summary>What the load command was told.</summary>
/// <param name="Seconds">How long the long runs go; the short ones go a third of it.</param>
/// <param name="Songs">Songs in the database.</param>
/// <param name="Out">Folder for the results.</param>
/// <param name="Data">Data directory of a studio that is to show the results, or null.</param>
/// <param name="IsPostgres">PostgreSQL; else SQLite.</param>
/// <param name="IsPublished">Take the results into docs/promises.</param>
/// <param name="Only">Promises to measure; all when empty.</param>
internal sealed record LoadOptions(int Seconds, long Songs, string Out, string? Data, bool IsPostgres, bool IsPublished, IReadOnlySet<string> Only)
{
    public const string Usage = "load [--seconds 60] [--songs 1000000] [--out folder] [--data folder] [--database sqlite|postgres] [--publish] [--only promise …]";

    public TimeSpan Long => TimeSpan.FromSeconds(Seconds);

    public TimeSpan Short => TimeSpan.FromSeconds(Math.Max(3, Seconds / 3));

    /// <summary>Whether a promise is to be measured.</summary>
    public bool Wants(params ReadOnlySpan<string> ids)
    {
        foreach (var id in ids)
        {
            if (Only.Count == 0 || Only.Contains(id))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">A sentence that says what is wrong.</exception>
    public static LoadOptions Read(string[] words, string repository)
    {
        Dictionary<string, List<string>> given = [];
        foreach (var word in words)
        {
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                given[word] = [];
            }
            else if (given.Count > 0)
            {
                given.Last().Value.Add(word);
            }
        }

        string[] known = ["--seconds", "--songs", "--out", "--data", "--database", "--publish", "--only"];
        if (given.Keys.Except(known).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"{unknown} is not known here: {Usage}");
        }

        string? One(string name) => given.GetValueOrDefault(name) is [var value] ? value : null;
        int Number(string name, int otherwise) => One(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
        var only = given.GetValueOrDefault("--only", []).ToHashSet();
        if (only.Except(PromiseTable.All.Select(promise => promise.Id)).FirstOrDefault() is { } strange)
        {
            throw new ArgumentException($"There is no promise {strange}; there are {string.Join(", ", PromiseTable.All.Select(promise => promise.Id))}.");
        }

        return new(
            Number("--seconds", 60), Number("--songs", 1_000_000), One("--out") ?? Path.Combine(repository, "artifacts", "load"), One("--data"), One("--database") == "postgres", given.ContainsKey("--publish"), only);
    }
}
