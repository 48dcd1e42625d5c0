using System.Text.Json;
using Downbeat.Http;
using Downbeat.Storage;

namespace Downbeat.Features.Performance.Promises;

/// <summary>
/// The promises as they were last measured: those that come with the program, with what was measured on this machine since. What is promised, and how it is measured, only the program says.
/// </summary>
internal sealed class PublishedPromises(DataDirectory data, ILogger<PublishedPromises> logger)
{
    /// <summary>Name of the file, in the program and in the data directory.</summary>
    public const string FileName = "promises.json";

    /// <summary>All promises; of two measurements the later one.</summary>
    public async Task<IReadOnlyList<Promise>> ReadAsync(CancellationToken stop)
    {
        await using var embedded = typeof(PublishedPromises).Assembly.GetManifestResourceStream(FileName)!;
        var shipped = await ParseAsync(embedded, stop);
        var path = data.File(FileName);
        if (!File.Exists(path))
        {
            return shipped;
        }

        try
        {
            await using var json = File.OpenRead(path);
            return Merge(shipped, await ParseAsync(json, stop));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            logger.LogWarning(e, "{Path} is no file of promises; those that come with the program are shown", path);
            return shipped;
        }
    }

    /// <summary>Reads a file of promises.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static async Task<IReadOnlyList<Promise>> ParseAsync(Stream json, CancellationToken stop)
    {
        // The serialiser looks at members, but not at what is in a list.
        var all = await JsonSerializer.DeserializeAsync<IReadOnlyList<Promise?>>(json, Strict, stop) ?? [];
        return all.Any(promise => promise is null || promise.Figures.Contains(null!) || promise.Spreads.Contains(null!))
            ? throw new JsonException("A promise or one of its numbers is null.")
            : [.. all.OfType<Promise>()];
    }

    /// <summary>The promises of today, each as it was measured last; see <see cref="Promise.With"/>.</summary>
    /// <param name="today">What is promised, and perhaps how it was measured.</param>
    /// <param name="measured">Measurements; of several of one promise the latest counts, and those of what is not promised do not.</param>
    public static IReadOnlyList<Promise> Merge(IReadOnlyList<Promise> today, IReadOnlyList<Promise> measured)
    {
        var latest = measured.GroupBy(promise => promise.Id).ToDictionary(same => same.Key, same => same.MaxBy(promise => promise.MeasuredAt)!);
        return [.. today.Select(promise => latest.GetValueOrDefault(promise.Id) is { MeasuredAt: { } at } later && !(at <= promise.MeasuredAt) ? promise.With(later) : promise)];
    }

    // A list without its members, or a member that is nothing, is a broken file and not a promise.
    private static readonly JsonSerializerOptions Strict = new(ApiJson.Options) { RespectNullableAnnotations = true };
}
