using Downbeat.Data;
using Downbeat.Features.Analysis;
using Downbeat.Features.Compositions;
using Downbeat.Features.Songs;
using Downbeat.Jobs;

namespace Downbeat;

/// <summary>
/// What follows what. A song walks through the rooms in this order:
/// uploaded → <see cref="AnalyseSong"/> → (its owner presses <em>Make the video</em>) → <see cref="RenderComposition"/>.
/// </summary>
internal static class Pipeline
{
    /// <summary>Registers the steps, and which of them begins by itself.</summary>
    public static void AddPipeline(this IServiceCollection services)
    {
        services.AddStep<AnalyseSong, AnalyseSongHandler>(JobKind.Analysis);
        services.AddStep<RenderComposition, RenderCompositionHandler>(JobKind.Composition);
        services.AddSingleton<FirstStep>(provider => (StudioDb db, Song song) => provider.GetRequiredService<SongAnalyst>().AddFirstStep(db, song));
    }
}
