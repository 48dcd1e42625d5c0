using System.Numerics;
using System.Text.RegularExpressions;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Features.Stems.Models;

/// <summary>What may stand in a manifest. Everything is checked before memory is asked for in its name.</summary>
internal static partial class ManifestRules
{
    private const int MostStems = 16;

    // 256 MB: what all stems of one chunk may take.
    private const long MostValues = 64 << 20;

    /// <summary>The first thing that is wrong with a manifest, as the end of a sentence; null when nothing is.</summary>
    public static string? ProblemWith(StemManifest manifest) =>
        Checks(manifest).Concat(manifest.Kind == ModelKind.Mask ? MaskChecks(manifest) : WaveformChecks(manifest)).Concat(TensorChecks(manifest))
            .Where(check => !check.IsRight).Select(check => check.Otherwise).FirstOrDefault();

    private static IEnumerable<(bool IsRight, string Otherwise)> Checks(StemManifest manifest)
    {
        yield return (manifest.Format == StemManifest.Version, $"format must be {StemManifest.Version}");
        yield return (manifest.Kind is not null, "kind must be mask or waveform");
        yield return (ModelName().IsMatch(manifest.Name), "name must be 1 to 60 letters, digits, spaces and marks");
        yield return (
            manifest.SampleRate == StereoBlock.SampleRate,
            $"sampleRate must be {StereoBlock.SampleRate}: a model of another rate would leave what lies above its half unsplit and hear the song resampled");
        yield return (
            manifest.Stems.Count is > 0 and <= MostStems && manifest.Stems.All(stem => stem is not null && StemName().IsMatch(stem)) && manifest.Stems.Distinct().Count() == manifest.Stems.Count,
            $"stems must be 1 to {MostStems} different names in small letters");
        yield return (StemNames.Counts.Any(manifest.Splits), $"stems must name {StemNames.Vocals} at least");
        yield return (AreFiles(manifest), "files must be one file for all stems, or one for each with its stem; bare file names with a sha256 of 64 hexadecimal digits");
    }

    private static bool AreFiles(StemManifest manifest)
    {
        var areRight = manifest.Files.All(file => file is not null && IsFile(file.File, file.Sha256) && file.Weights.All(weights => weights is not null && IsFile(weights.File, weights.Sha256)));
        return areRight && (manifest.Files is [{ Stem: null }] || manifest.Files.Select(file => file.Stem).Order().SequenceEqual(manifest.Stems.Order()));
    }

    private static bool IsFile(string name, string sha256) => FileName().IsMatch(name) && Hash().IsMatch(sha256);

    private static IEnumerable<(bool IsRight, string Otherwise)> MaskChecks(StemManifest manifest)
    {
        yield return (manifest.Window is >= 256 and <= 16384 && BitOperations.IsPow2(manifest.Window), "window must be a power of two from 256 to 16384");
        yield return (
            manifest.Hop >= 16 && manifest.Hop <= manifest.Window / 4 && manifest.Window % manifest.Hop == 0, "hop must be at least 16, a divisor of window, and at most a quarter of it");
        yield return (manifest.Bins >= 0 && manifest.Bins <= (manifest.Window / 2) + 1, "bins must be at most window / 2 + 1");
        yield return (manifest.Power is >= 0.5 and <= 8, "power must be 0.5 to 8");
        yield return (manifest.Chunk is >= 16 and <= 16384, "chunk must be 16 to 16384 spectra");
        yield return (
            manifest.Overlap >= manifest.Window / manifest.Hop && manifest.Overlap <= manifest.Chunk / 2, "overlap must be at least window / hop spectra and at most half a chunk");
        yield return (manifest.Normalise == Normalisation.None, "normalise is for waveform models");
        yield return ((long)manifest.Stems.Count * 2 * manifest.Chunk * manifest.UsedBins <= MostValues, $"stems × 2 × chunk × bins must be at most {MostValues}");
    }

    private static IEnumerable<(bool IsRight, string Otherwise)> WaveformChecks(StemManifest manifest)
    {
        yield return (manifest.Chunk >= 4096 && (long)manifest.Stems.Count * 2 * manifest.Chunk <= MostValues, $"chunk must be at least 4096 samples, and stems × 2 × chunk at most {MostValues}");
        yield return (manifest.Overlap >= 441 && manifest.Overlap <= manifest.Chunk / 2, "overlap must be at least 441 samples and at most half a chunk");
        yield return (manifest is { Window: 0, Hop: 0, Bins: 0 }, "window, hop and bins are for mask models");
    }

    private static IEnumerable<(bool IsRight, string Otherwise)> TensorChecks(StemManifest manifest)
    {
        ModelAxis[] inner = manifest.Kind == ModelKind.Mask ? [ModelAxis.Frequency, ModelAxis.Time] : [ModelAxis.Channel, ModelAxis.Time];
        var allowed = inner.Append(ModelAxis.Batch).Append(ModelAxis.Channel).ToHashSet();
        var (input, output) = (manifest.Input, manifest.Output);
        yield return (
            TensorName().IsMatch(input.Name) && AreAxes(input.Axes, inner, allowed), $"input must have a name, and axes: {Words(inner)}, and where the file has them batch and channel, each once");
        yield return (
            output.Names.Count > 0 && output.Names.All(name => name is not null && TensorName().IsMatch(name)) && output.Names.Distinct().Count() == output.Names.Count
            && AreAxes(output.Axes, inner, [.. allowed, ModelAxis.Stem]),
            $"output must have names, and axes: {Words(inner)}, and where the file has them batch, channel and stem, each once");
        yield return (
            output.Axes.Contains(ModelAxis.Channel) == input.Axes.Contains(ModelAxis.Channel), "input and output must both have the axis channel, or neither");
        var isForOne = manifest.Files[0].Stem is not null || output.Axes.Contains(ModelAxis.Stem) || manifest.Stems.Count == 1;
        yield return (
            output.Names.Count == (isForOne ? 1 : manifest.Stems.Count), "output must name one tensor with the axis stem, or one for each stem; with a file for each stem, the one tensor of each");
    }

    private static bool AreAxes(IReadOnlyList<ModelAxis> axes, ModelAxis[] needed, HashSet<ModelAxis> allowed) =>
        axes.Distinct().Count() == axes.Count && needed.All(axes.Contains) && axes.All(allowed.Contains);

    private static string Words(ModelAxis[] axes) => string.Join(" and ", axes.Select(axis => $"{axis}".ToLowerInvariant()));

    [GeneratedRegex(@"^(?! )[\p{L}\p{N}\p{P}\p{S} ]{1,60}(?<! )\z", RegexOptions.CultureInvariant)]
    private static partial Regex ModelName();

    [GeneratedRegex(@"^[a-z][a-z0-9_-]{0,31}\z")]
    private static partial Regex StemName();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.+ -]{0,126}[A-Za-z0-9_]\z")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^[0-9A-Fa-f]{64}\z")]
    private static partial Regex Hash();

    [GeneratedRegex(@"^[^\p{C}]{1,128}\z")]
    private static partial Regex TensorName();
}
