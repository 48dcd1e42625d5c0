using System.Security.Cryptography;
using Downbeat.Networks;

namespace Downbeat.Features.Stems.Models;

/// <summary>A separation model that a manifest describes.</summary>
/// <param name="Name">Its name, and eight digits that change with the manifest, and so with the hash of any of its files, and with the way we use it.</param>
/// <param name="Manifest">What it takes and gives.</param>
/// <param name="Parts">Its networks.</param>
internal sealed record DescribedModel(string Name, StemManifest Manifest, IReadOnlyList<ModelPart> Parts)
{
    // Raised when the same files give other stems than before.
    private const byte Revision = 1;

    /// <summary>Makes the networks of a manifest that <see cref="ManifestRules"/> let pass.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="text">The same as it lies on disk.</param>
    public static DescribedModel Of(StemManifest manifest, ReadOnlySpan<byte> text)
    {
        var name = $"{manifest.Name} {Convert.ToHexStringLower(SHA256.HashData([.. text, Revision]))[..8]}";
        return new(name, manifest, [.. manifest.Files.Select(file => new ModelPart(NetworkOf(name, manifest, file), file.Stem))]);
    }

    private static Network NetworkOf(string name, StemManifest manifest, StemModelFile file) => new(
        $"{name} ({file.Stem ?? "all stems"})",
        new(file.File, file.Sha256.ToLowerInvariant()),
        null,
        [new(manifest.Input.Name, new TensorLayout(manifest.Input.Axes, manifest).Dimensions)],
        [.. manifest.Output.Names.Select(output => new TensorShape(output, new TensorLayout(manifest.Output.Axes, manifest).Dimensions))],
        manifest.Origin,
        manifest.Licence)
    {
        Weights = [.. file.Weights.Select(weights => new ModelFile(weights.File, weights.Sha256.ToLowerInvariant()))],
    };
}

/// <summary>One network of a model.</summary>
/// <param name="Network">The network.</param>
/// <param name="Stem">The stem that it is asked about; null when it is asked about all.</param>
internal sealed record ModelPart(Network Network, string? Stem);
