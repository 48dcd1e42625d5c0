using Downbeat.Features.Stems.Dsp;
using Downbeat.Features.Stems.Models;
using Downbeat.Features.Stems.Separation;
using Downbeat.Networks;
using Downbeat.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Score.Stems;

/// <summary>The studio's own ways to split a song, which are scored and timed.</summary>
internal static class StemEngines
{
    private const int Stems = 4;

    /// <summary>All that split into four stems.</summary>
    /// <param name="modelsFolder">Folder of the networks' files and their manifests; null to do without.</param>
    public static IReadOnlyList<ISeparationEngine> All(string? modelsFolder)
    {
        if (modelsFolder is null)
        {
            return [new DownbeatEngine()];
        }

        var (data, options) = (new DataDirectory(Path.GetFullPath(modelsFolder)), Options.Create(new ModelOptions { Directory = "." }));
        var manifests = new StemManifests(data, options, NullLogger<StemManifests>.Instance);
        var shelf = new ModelShelf(data, options, [], [manifests], TimeProvider.System, NullLogger<ModelShelf>.Instance);
        shelf.Look();
        return new Separators([new DownbeatEngine()], manifests, shelf, NullLogger<StemModel>.Instance).For(Stems);
    }
}
