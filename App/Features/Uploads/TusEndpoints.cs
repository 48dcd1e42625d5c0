using System.Globalization;
using System.Security.Claims;
using Downbeat.Http;
using Microsoft.AspNetCore.Mvc;

namespace Downbeat.Features.Uploads;

/// <summary>OPTIONS|POST /uploads · HEAD|PATCH|DELETE /uploads/{id}: the tus protocol 1.0.0 with creation, checksum, termination and expiration.</summary>
internal static class TusEndpoints
{
    private const string Version = "1.0.0";
    private const string PartType = "application/offset+octet-stream";

    public static void MapUploads(this IEndpointRouteBuilder api)
    {
        var uploads = api.MapGroup("/uploads").WithTags("Uploads").AddEndpointFilter(SpeakTusAsync);
        uploads.MapMethods("", [HttpMethods.Options], Describe);
        uploads.MapPost("", OpenAsync).Produces(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        uploads.MapMethods("/{id:guid}", [HttpMethods.Head], LookAsync);
        uploads.MapPatch("/{id:guid}", AppendAsync).WithMetadata(new DisableRequestSizeLimitAttribute()).Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status409Conflict);
        uploads.MapDelete("/{id:guid}", async (UploadDesk desk, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            await desk.DeleteAsync(user.UserId(), id, stop);
            return Results.NoContent();
        });
    }

    // On the way out, as a refusal begins its answer anew.
    private static ValueTask<object?> SpeakTusAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        var isUnderstood = HttpMethods.IsOptions(request.Method) || request.Headers["Tus-Resumable"] == Version;
        response.OnStarting(() =>
        {
            response.Headers["Tus-Resumable"] = Version;
            if (!isUnderstood)
            {
                response.Headers["Tus-Version"] = Version;
            }

            return Task.CompletedTask;
        });
        return isUnderstood ? next(context) : throw new StudioProblem(412, "upload.version", $"Say Tus-Resumable: {Version}; other versions of the protocol are not spoken here.");
    }

    private static IResult Describe(HttpResponse response, UploadTargets targets)
    {
        response.Headers["Tus-Version"] = Version;
        response.Headers["Tus-Extension"] = "creation,checksum,termination,expiration";
        response.Headers["Tus-Max-Size"] = Text(targets.MaxBytes);
        response.Headers["Tus-Checksum-Algorithm"] = PartChecksum.Algorithms;
        return Results.NoContent();
    }

    private static async Task<IResult> OpenAsync(HttpContext http, UploadDesk desk, CancellationToken stop)
    {
        var length = Number(http.Request, "Upload-Length");
        var state = await desk.OpenAsync(http.User.UserId(), length, http.Request.Headers["Upload-Metadata"].ToString(), stop);
        http.Response.Headers["Upload-Expires"] = Text(state.Upload.ExpiresAt);
        return Results.Created($"/api/v1/uploads/{state.Upload.Id}", null);
    }

    private static async Task<IResult> LookAsync(HttpContext http, UploadDesk desk, Guid id, CancellationToken stop)
    {
        http.Response.Headers.CacheControl = "no-store";
        var state = await desk.LookAsync(http.User.UserId(), id, stop);
        http.Response.Headers["Upload-Length"] = Text(state.Upload.LengthBytes);
        http.Response.Headers["Upload-Metadata"] = state.Upload.Metadata;
        return Answer(http.Response, state);
    }

    private static async Task<IResult> AppendAsync(HttpContext http, UploadDesk desk, Guid id, CancellationToken stop)
    {
        if (http.Request.ContentType != PartType)
        {
            throw new StudioProblem(415, "upload.media_type", $"Send parts as {PartType}.");
        }

        var checksum = http.Request.Headers["Upload-Checksum"].ToString();
        var part = new UploadPart(Number(http.Request, "Upload-Offset"), http.Request.ContentLength, http.Request.Body, http.Abort, checksum.Length > 0 ? PartChecksum.Read(checksum) : null);
        return Answer(http.Response, await desk.AppendAsync(http.User.UserId(), id, part, stop));
    }

    /// <summary>Says how far the upload is, and where that is which it has become.</summary>
    private static IResult Answer(HttpResponse response, UploadState state)
    {
        response.Headers["Upload-Offset"] = Text(state.OffsetBytes);
        response.Headers["Upload-Expires"] = Text(state.Upload.ExpiresAt);
        if (state.Upload.Address is { } address)
        {
            response.Headers.Location = address;
        }

        return Results.NoContent();
    }

    private static long Number(HttpRequest request, string header) => long.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new StudioProblem(400, "upload.header", $"{header} is a number of bytes, 0 or more.");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset time) => time.ToString("R", CultureInfo.InvariantCulture);
}
