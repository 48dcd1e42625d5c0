using System.Globalization;
using System.Text;
using System.Text.Json;
using Downbeat.Features.Performance.Promises;
using Downbeat.Http;

namespace Downbeat.Tests.Load;

/// <summary>Promises as files: JSON for programs, Markdown for people.</summary>
internal static class LoadReport
{
    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes both files, with what earlier runs found about the promises that this run did not measure.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="name">Their name, without the ending.</param>
    /// <param name="measured">What was measured now.</param>
    public static async Task WriteAsync(string folder, string name, IReadOnlyList<Promise> measured)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name + ".json");
        IReadOnlyList<Promise> before = [];
        if (File.Exists(path))
        {
            await using var json = File.OpenRead(path);
            before = await PublishedPromises.ParseAsync(json, CancellationToken.None);
        }

        // Names, goals and commands are those of today; a promise that is no longer made goes.
        var all = PublishedPromises.Merge(PublishedPromises.Merge(PromiseTable.All, before), measured);
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(all, Indented) + "\n");
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".md"), Markdown(all));
    }

    /// <summary>The table, and below it the machines and how long requests took.</summary>
    public static string Markdown(IReadOnlyList<Promise> promises)
    {
        var text = new StringBuilder("# Promises\n\nWritten by `App.Tests -- load`; the studio's performance page shows the same.\n\n");
        text.Append("| promise | goal | last measured | of bare Kestrel | verdict | run | on | command |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var promise in promises)
        {
            var goal = string.Join("; ", promise.Figures.Where(figure => figure.IsBound).Select(PromiseWords.GoalOf));
            var value = promise.MeasuredAt is null ? "" : string.Join("; ", promise.Figures.Select(PromiseWords.MeasuredOf));
            var date = promise.MeasuredAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var ratio = promise.BareRatio is { } of ? PromiseWords.RatioOf(of) : "";
            var verdict = PromiseWords.Of(promise.Verdict) + (promise.IsTooSmall ? $": {PromiseWords.ShortfallOf(promise)}" : "");
            var command = promise.Command.Length > 0 ? $"`{promise.Command}`" : "none";
            text.Append(CultureInfo.InvariantCulture, $"| {promise.Name} | {goal} | {value} | {ratio} | {verdict} | {PromiseWords.RunOf(promise)} | {date} | {command} |\n");
        }

        text.Append("\n## Notes\n\n");
        foreach (var promise in promises.Where(promise => promise.Note.Length > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {promise.Name}: {promise.Note}\n");
        }

        text.Append("\n## Requests\n\nMilliseconds.\n\n| promise | what | requests | failed | per second | mean | p50 | p95 | p99 | longest |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var (promise, spread) in promises.SelectMany(promise => promise.Spreads.Select(spread => (promise, spread))))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {promise.Name} | {spread.Name} | {spread.Count} | {spread.Failed} | {spread.PerSecond:0} | {spread.AverageMs:0.00} | {spread.P50Ms:0.00} | {spread.P95Ms:0.00} | {spread.P99Ms:0.00} | {spread.MaxMs:0.0} |\n");
        }

        text.Append("\n## Machines\n\n");
        foreach (var run in promises.Where(promise => promise.MeasuredAt is not null).GroupBy(promise => (promise.Machine, promise.Commit)))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {run.Key.Machine}; revision {run.Key.Commit}: {string.Join(", ", run.Select(promise => promise.Id))}\n");
        }

        return text.ToString();
    }
}
