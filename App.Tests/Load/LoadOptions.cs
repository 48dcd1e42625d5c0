using System.Globalization;
using Downbeat.Features.Performance.Promises;

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

        string[] options = ["--seconds", "--songs", "--out", "--data", "--database", "--publish", "--only"];
        if (given.Keys.Except(options).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"{unknown} is not known here: {Usage}");
        }

        string? One(string name) => given.GetValueOrDefault(name) is [var value] ? value : null;
        int Number(string name, int otherwise) => One(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
        var only = given.GetValueOrDefault("--only", []).ToHashSet();
        if (only.Except(PromiseTable.Measurable).FirstOrDefault() is { } strange)
        {
            var known = PromiseTable.All.FirstOrDefault(promise => promise.Id == strange);
            throw new ArgumentException($"{(known is null ? $"There is no promise {strange}" : WhyNot(known))}; load measures {string.Join(", ", PromiseTable.Measurable)}.");
        }

        var isPostgres = One("--database") switch
        {
            null or "sqlite" => false,
            "postgres" => true,
            var other => throw new ArgumentException($"There is no database {other}: it is sqlite or postgres."),
        };
        if (isPostgres && (given.ContainsKey("--publish") || given.ContainsKey("--data")))
        {
            // A promise has one row, and that is the studio's as it ships.
            throw new ArgumentException("What is published was measured with SQLite, as the studio ships. Leave --publish and --data away: the results of PostgreSQL lie in a folder of their own.");
        }

        return new(
            Number("--seconds", 60), Number("--songs", 1_000_000), One("--out") ?? Path.Combine(repository, "artifacts", isPostgres ? "load-postgres" : "load"), One("--data"), isPostgres, given.ContainsKey("--publish"), only);
    }

    private static string WhyNot(Promise promise) => promise.Command.Length == 0
        ? $"No command measures {promise.Id}: {promise.Note.TrimEnd('.')}"
        : $"load does not measure {promise.Id}, but this does: {promise.Command}";
}
