using System.Text.Json;
using Downbeat.Http;
using Downbeat.Storage;

namespace Downbeat.Features.Performance.Promises;

/// <summary>The promises as they were last measured: those that come with the program, and those that were measured on this machine since.</summary>
internal sealed class PublishedPromises(DataDirectory data, ILogger<PublishedPromises> logger)
{
    /// <summary>Name of the file, in the program and in the data directory.</summary>
    public const string FileName = "promises.json";

    /// <summary>All promises; of two measurements the later one.</summary>
    public async Task<IReadOnlyList<Promise>> ReadAsync(CancellationToken stop)
    {
        await using var shipped = typeof(PublishedPromises).Assembly.GetManifestResourceStream(FileName)!;
        return Merge(await ParseAsync(shipped, stop), await MeasuredHereAsync(stop));
    }

    /// <summary>Reads a file of promises.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static async Task<IReadOnlyList<Promise>> ParseAsync(Stream json, CancellationToken stop) =>
        await JsonSerializer.DeserializeAsync<IReadOnlyList<Promise>>(json, ApiJson.Options, stop) ?? [];

    /// <summary>Of each promise the later measurement, in the order of the first list; what only the second has comes after.</summary>
    public static IReadOnlyList<Promise> Merge(IReadOnlyList<Promise> before, IReadOnlyList<Promise> after)
    {
        var measured = after.ToDictionary(promise => promise.Id);
        return
        [
            .. before.Select(promise => measured.Remove(promise.Id, out var other) && other.MeasuredAt is { } at && !(at <= promise.MeasuredAt) ? other : promise),
            .. after.Where(promise => measured.ContainsKey(promise.Id)),
        ];
    }

    private async Task<IReadOnlyList<Promise>> MeasuredHereAsync(CancellationToken stop)
    {
        var path = data.File(FileName);
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            await using var json = File.OpenRead(path);
            return await ParseAsync(json, stop);
        }
        catch (Exception e) when (e is IOException or JsonException or ArgumentException)
        {
            logger.LogWarning(e, "{Path} is no file of promises; those that come with the program are shown", path);
            return [];
        }
    }
}
