using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Clips.Generating;
using Downbeat.Features.Clips.Library;
using Downbeat.Features.Compositions;
using Downbeat.Features.Demo;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems;
using Downbeat.Features.Uploads;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.Extensions.Options;

namespace Downbeat;

/// <summary>
/// What follows what. A song walks through the rooms in this order:
/// uploaded → <see cref="AnalyseSong"/> → (its owner has it split: <see cref="SeparateSong"/>) → (its owner presses <em>Make the video</em>) → <see cref="RenderComposition"/>.
/// </summary>
internal static class Pipeline
{
    /// <summary>Registers the steps, and which of them begins by itself.</summary>
    public static void AddPipeline(this IServiceCollection services)
    {
        services.AddStep<AnalyseSong, AnalyseSongHandler>(JobKind.Analysis);
        services.AddStep<SeparateSong, SeparateSongHandler>(JobKind.Separation);
        services.AddStep<RenderComposition, RenderCompositionHandler>(JobKind.Composition);
        services.AddStep<GenerateClip, GenerateClipHandler>(JobKind.ClipGeneration);
        services.AddStep<ImportClip, ImportClipHandler>(JobKind.ClipImport);
        services.AddStep<MakeDemo, MakeDemoHandler>(JobKind.MusicGeneration);
        services.AddSingleton<SongRemoved>(provider => async (ownerId, songId) =>
        {
            await provider.GetRequiredService<SongAnalyst>().ForgetAsync(ownerId, songId);
            await provider.GetRequiredService<FootageShelf>().DropUnusedAsync(ownerId);
            await provider.GetRequiredService<ClipStatusBoard>().ForgetAsync(ownerId, songId);
        });
        services.AddSingleton<ClipsChanged>(provider => provider.GetRequiredService<ClipStatusBoard>().ForgetAsync);
        services.AddSingleton<FirstStep>(provider => (StudioDb db, Song song) => provider.GetRequiredService<SongAnalyst>().AddFirstStep(db, song));
    }

    /// <summary>Brings the studio up: settings, tools, schema, what a killed process left behind, and only then the doors.</summary>
    /// <exception cref="StudioProblem">A sentence for the operator.</exception>
    public static async Task StartAsync(WebApplication app)
    {
        var stop = app.Lifetime.ApplicationStopping;
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await app.Services.GetRequiredService<MediaTools>().FindAsync(stop);
        await DataFeature.MigrateAsync(app.Services, stop);
        var isAlone = !app.Services.GetRequiredService<DatabaseKind>().IsShared;
        var unusedSince = DateTimeOffset.UtcNow - (isAlone ? TimeSpan.Zero : TimeSpan.FromDays(1));
        app.Services.GetRequiredService<FileStore>().ClearWork(unusedSince);
        await app.Services.GetRequiredService<UploadDesk>().SweepAsync(unusedSince, stop);
        await app.Services.GetRequiredService<SongLibrary>().SweepAsync(unusedSince, stop);
        await app.Services.GetRequiredService<FootageSweep>().RunAsync(unusedSince, stop);
        await app.Services.GetRequiredService<StemLibrary>().SweepAsync(stop);
        await app.Services.GetRequiredService<FileSplits>().SweepAsync(unusedSince, stop);
        if (isAlone)
        {
            await JobsFeature.ResumeJobsAsync(app.Services, stop);
        }

        await app.Services.GetRequiredService<SongAnalyst>().RedoOutdatedAsync(stop);
        app.Services.GetRequiredService<WarmUp>().Begin(stop => WarmUpAsync(app.Services, stop));
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new StudioProblem(500, "server.address_in_use", $"Another program already listens there: {e.Message} Choose another address with ASPNETCORE_URLS.");
        }

        foreach (var address in app.Urls)
        {
            app.Logger.LogInformation("Downbeat is ready at {Address}", address);
        }
    }

    /// <summary>The model of the database, the commonest queries and their JSON, and the trials of the encoders, for somebody who has nothing.</summary>
    private static async Task WarmUpAsync(IServiceProvider services, CancellationToken stop)
    {
        var (nobody, paging) = (Guid.Empty, new Paging());
        object[] answers =
        [
            await services.GetRequiredService<SongLibrary>().ListAsync(nobody, paging, stop),
            await services.GetRequiredService<SongAnalyst>().SummariesAsync(nobody, [nobody], stop),
            await services.GetRequiredService<FootageLibrary>().ListAsync(nobody, null, null, paging, stop),
            await services.GetRequiredService<CompositionStudio>().ListAsync(nobody, null, paging, stop),
            await services.GetRequiredService<JobDesk>().ActiveAsync(nobody, stop),
            await services.GetRequiredService<EncoderTrials>().StatesAsync(stop),
        ];
        foreach (var answer in answers)
        {
            JsonSerializer.SerializeToUtf8Bytes(answer, answer.GetType(), ApiJson.Options);
        }
    }
}
