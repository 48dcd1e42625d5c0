using System.Text.Json;
using System.Text.Json.Serialization;
using Downbeat.Networks;
using Downbeat.Storage;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Stems.Models;

/// <summary>
/// The separation models whose manifests lie in the models directory. Each look goes through the folder again and reads the manifests that are new or have changed. One that cannot be
/// followed is a refused network whose state says what is wrong with it.
/// </summary>
internal sealed class StemManifests(DataDirectory data, IOptions<ModelOptions> options, ILogger<StemManifests> logger) : INetworkSource
{
    /// <summary>How names of manifests end.</summary>
    public const string Ending = ".stems.json";

    private const int MostBytes = 64 << 10;
    private const int MostManifests = 32;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly string folder = options.Value.PathIn(data);
    private readonly Lock gate = new();
    private Entry[] entries = [];

    /// <summary>The models that are described at the moment, in the order of their manifests' names.</summary>
    public IReadOnlyList<DescribedModel> Models => [.. Look().Select(entry => entry.Model).OfType<DescribedModel>()];

    /// <inheritdoc/>
    public IReadOnlyList<Network> Find() => [.. Look().SelectMany(entry => entry.Networks)];

    private Entry[] Look()
    {
        lock (gate)
        {
            try
            {
                var known = entries.Where(entry => entry.IsRead).ToDictionary(entry => (entry.File, entry.Bytes, entry.WrittenAt));
                entries = [.. ForeignFolder.Files(folder, Ending).Take(MostManifests)
                    .Select(file => known.GetValueOrDefault((file.Name, file.Length, file.LastWriteTimeUtc)) ?? Read(file))];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning(e, "The manifests of separation models cannot be read; those that were read before stay in use");
            }

            return entries;
        }
    }

    private Entry Read(FileInfo file)
    {
        if (file.Length == 0)
        {
            // What is no file at all, such as a pipe, has no length either, and whoever opens it waits for ever.
            return Refused(file, "it is empty");
        }

        if (file.Length > MostBytes)
        {
            return Refused(file, $"it is larger than {MostBytes >> 10} KB");
        }

        try
        {
            var text = File.ReadAllBytes(file.FullName);
            var manifest = JsonSerializer.Deserialize<StemManifest>(text, Json);
            if ((manifest is null ? "it is empty" : ManifestRules.ProblemWith(manifest)) is { } problem)
            {
                return Refused(file, problem);
            }

            var model = DescribedModel.Of(manifest!, text);
            return new(file.Name, file.Length, file.LastWriteTimeUtc, model, [.. model.Parts.Select(part => part.Network)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Tried again at each look: whether it may be read can change without a trace at the file itself.
            return Refused(file, "it cannot be read; let the studio's user read it") with { IsRead = false };
        }
        catch (JsonException e)
        {
            logger.LogWarning("{File} is no manifest: {Why}", file.Name, e.Message);
            return Refused(file, $"what stands at {e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}, is not what belongs there");
        }
    }

    private static Entry Refused(FileInfo file, string problem) => new(
        file.Name, file.Length, file.LastWriteTimeUtc, null, [new(file.Name, new(file.Name, ""), null, [], [], "", "") { Problem = $"The model of {file.Name} is not used: {problem}." }]);

    private sealed record Entry(string File, long Bytes, DateTime WrittenAt, DescribedModel? Model, IReadOnlyList<Network> Networks)
    {
        /// <summary>Whether the file could be read at all; what could not is tried again at each look.</summary>
        public bool IsRead { get; init; } = true;
    }
}
