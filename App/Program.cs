using Downbeat;
using Downbeat.Caching;
using Downbeat.Components;
using Downbeat.Data;
using Downbeat.Features.Accounts;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Clips.Library;
using Downbeat.Features.Compositions;
using Downbeat.Features.Demo;
using Downbeat.Features.Lyrics;
using Downbeat.Features.Performance;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems;
using Downbeat.Features.Uploads;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Networks;
using Downbeat.Storage;
using Downbeat.Telemetry;
using Microsoft.Extensions.Options;

try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.WebHost.UseStaticWebAssets();
    builder.AddTelemetry();
    var data = DataDirectory.Open(builder.Configuration, builder.Environment.ContentRootPath);
    var database = builder.Services.AddData(builder.Configuration, data);
    builder.Services.AddStorage(builder.Configuration, data, database.IsShared);
    builder.Services.AddMedia(builder.Configuration);
    builder.Services.AddCaching(builder.Configuration);
    builder.Services.AddNetworks(builder.Configuration);
    builder.Services.AddJobs(builder.Configuration, database);
    builder.Services.AddHttp(builder.Configuration);
    builder.Services.AddPages(builder.Configuration);
    builder.Services.AddAccounts(builder.Configuration);
    builder.Services.AddUploads(builder.Configuration);
    builder.Services.AddSongs(builder.Configuration);
    builder.Services.AddAnalysis();
    builder.Services.AddLyrics();
    builder.Services.AddStems(builder.Configuration);
    builder.Services.AddClips(builder.Configuration);
    builder.Services.AddCompositions(builder.Configuration);
    builder.Services.AddDemo();
    builder.Services.AddPerformance();
    builder.Services.AddPipeline();

    var app = builder.Build();
    app.UseRequestTiming();
    app.UseHttpHabits();
    app.MapOperations();
    app.MapHub<JobsHub>("/hubs/jobs").DisableHttpMetrics();
    var api = app.MapApi(out var open);
    open.MapAccounts(api);
    api.MapJobs();
    api.MapUploads();
    api.MapSongs();
    api.MapAnalysis();
    api.MapLyrics();
    api.MapStems();
    api.MapClips(open);
    api.MapFootage();
    api.MapCompositions();
    app.MapPerformance(api);
    app.MapPages();
    await Pipeline.StartAsync(app);
    await app.WaitForShutdownAsync();
    return 0;
}
// The framework says what is wrong with a value that it cannot read from the configuration; the rest are our own sentences.
catch (Exception e) when (e is StudioProblem or MediaFailure or OptionsValidationException or InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" })
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

/// <summary>The studio: a table of contents, one line a room.</summary>
public partial class Program;
