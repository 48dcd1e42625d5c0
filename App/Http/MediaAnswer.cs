using Microsoft.Net.Http.Headers;

namespace Downbeat.Http;

/// <summary>Stored media as an answer: ranges, entity tag, never sniffed, never run.</summary>
internal static class MediaAnswer
{
    /// <summary>Players also ask with HEAD.</summary>
    public static string[] Methods { get; } = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>The file with ranges, or 404 when it is not there.</summary>
    /// <param name="path">The file, or null.</param>
    /// <param name="noun">What it is, for the refusal.</param>
    /// <param name="contentType">Media type, found from the content.</param>
    /// <param name="tag">Entity tag: changes when the file does.</param>
    /// <param name="downloadName">Name to save it under; shown in the page when null.</param>
    public static IResult File(string? path, string noun, string contentType, string tag, string? downloadName = null) =>
        path is null
            ? throw StudioProblem.NotFound(noun)
            : new Guarded(Results.File(path, contentType, downloadName, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{tag}\"")));

    /// <summary>A stored picture, WebP or, when it is older, JPEG.</summary>
    /// <inheritdoc cref="File"/>
    public static IResult Picture(string? path, string noun, string tag) =>
        File(path, noun, path?.EndsWith(".webp", StringComparison.Ordinal) == true ? "image/webp" : "image/jpeg", tag);

    private sealed class Guarded(IResult file) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var headers = httpContext.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
            headers.CacheControl = "private, no-cache";
            await file.ExecuteAsync(httpContext);
            if (httpContext.Response.StatusCode == StatusCodes.Status416RangeNotSatisfiable)
            {
                // An answer without type and length gets a problem document.
                httpContext.Response.ContentType = null;
                httpContext.Response.ContentLength = null;
            }
        }
    }
}
